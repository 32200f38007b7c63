import type { In } from '../../../contract/endpoint.ts';
import type { connections } from '../../../contract/sync/connections.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Connector } from '../connectors/connector.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { askPerson, type Credentials, givenOf, isByPerson, isWaiting } from './authorization.ts';
import { look, noteHealth } from './health.ts';
import { appoint, reappoint, requireUse } from './own.ts';
import { type Providers, problemsOf, refuse } from './providers.ts';
import { keysIn, requireKeys, type Sessions } from './sessions.ts';
import { showConnection } from './shown.ts';
import {
  type ConnectionRow,
  countConnections,
  insertConnection,
  lockConnection,
  replaceKeys,
  selectConnection,
  selectConnections,
  updateConnection,
  updateGrant,
} from './store.ts';

type Of<Name extends keyof typeof connections> = In<typeof connections, Name>;

/** `isLenient`: what the first client libraries leave out is not required. */
export type ConnectionServices = { sessions: Sessions; isLenient: boolean };

export async function listConnections(ctx: ReadContext, { query }: Of<'listConnections'>) {
  const rows = await selectConnections(ctx.db, ctx.organization, pageOf(query));
  const shown = { show: showConnection, key: ({ id }: ConnectionRow) => id };
  return answerPage(ctx, { path: '/v1/connections', query }, rows, shown);
}

/** @throws AppError not_found (404) */
export async function getConnection(ctx: ReadContext, { params }: Of<'getConnection'>) {
  return showConnection(found(await selectConnection(ctx.db, ctx.organization, params.connection)));
}

/** @throws AppError 400 that names each field */
export const createConnection =
  ({ sessions, isLenient }: ConnectionServices) =>
  async (ctx: OutsideContext, { query, body }: Of<'createConnection'>) => {
    const { providers } = sessions;
    const { db, organization: own } = ctx;
    const connector = await providers.choose(db, own, body.provider, body.provider_version);
    const { provider } = connector;
    const provider_version = connector.extension?.version ?? null;
    await requireUse(ctx, providers, { provider, agent: null });
    if (!isLenient && !body.name?.trim()) throw invalid('name', 'is required.', 'required');
    if (!isLenient && !connector.own && !body.credentials) {
      throw invalid('credentials', 'is required.', 'required');
    }
    const config = body.config ?? {};
    const given = { config, credentials: body.credentials, isLenient };
    const refused = accept(connector, given);
    const id = newId('connection');
    const asked = refused ? undefined : ask(ctx, connector, { id, ...given });
    const made = await ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      await providers.hold(tx, organization, connector);
      const keys = keysIn(body.credentials ?? {});
      await requireKeys(tx, organization, body.credentials ?? {});
      const lack = refused ?? (await lackOf(within, sessions, connector, body.credentials));
      const name =
        body.name?.trim() ||
        `${provider} ${(await countConnections(tx, organization, provider)) + 1}`;
      const sealed_credentials = body.credentials
        ? sessions.seal(id, asked?.credentials ?? body.credentials)
        : null;
      const status = lack === undefined && !asked ? 'active' : 'pending';
      const agent = await appoint(within, connector, name);
      const of = { provider, provider_version };
      const row = { id, ...of, name, config, sealed_credentials, agent, status } as const;
      const health_message = lack ?? null;
      const inserted = await insertConnection(tx, organization, { ...row, health_message }, now);
      await replaceKeys(tx, organization, id, keys);
      await record(within, 'connection.create', id, []);
      return inserted;
    });
    return showConnection(await looked(ctx, sessions, made, query.check), asked?.url);
  };

/** Changes what is given; credentials as a whole. @throws AppError 400, not_found (404) */
export const changeConnection =
  (
    { sessions, isLenient }: ConnectionServices,
    requireUseOfUsers: (ctx: WriteContext, id: string) => Promise<void>,
  ) =>
  async (ctx: OutsideContext, { params, query, body }: Of<'putConnection'>) => {
    let asked: Asked | undefined;
    const changed = await ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      const row = found(await lockConnection(tx, organization, params.connection));
      await requireUse(ctx, sessions.providers, row);
      await requireUseOfUsers(within, row.id);
      const { before, connector } = await moved(within, sessions.providers, row, body);
      const credentials = body.credentials ?? undefined;
      const config = body.config ?? row.config;
      const given =
        credentials ?? (row.sealed_credentials ? sessions.credentialsOf(row) : undefined);
      if (!credentials && row.sealed_credentials) {
        requireSameHosts(hostsIn(row.config, before), hostsIn(config, connector));
      }
      const refused = accept(connector, {
        config,
        credentials: given && givenOf(given),
        isLenient,
      });
      if (credentials) {
        await requireKeys(tx, organization, credentials);
        await replaceKeys(tx, organization, row.id, keysIn(credentials));
      }
      await record(within, 'connection.change', row.id, []);
      const lack = refused ?? (await lackOf(within, sessions, connector, given));
      asked =
        lack === undefined && credentials
          ? ask(ctx, connector, { id: row.id, config, credentials })
          : undefined;
      const sealed_credentials = credentials
        ? sessions.seal(row.id, asked?.credentials ?? credentials)
        : row.sealed_credentials;
      const name = body.name?.trim() || row.name;
      const agent = await reappoint(within, connector, row.agent, name);
      const isOpen = lack === undefined && !isWaiting(asked?.credentials ?? given ?? {});
      const provider_version = connector.extension?.version ?? null;
      const after = { name, provider_version, config, sealed_credentials, agent };
      const standing = standingAfter(row, isOpen, lack);
      return updateConnection(tx, organization, { ...row, ...after, ...standing }, now);
    });
    return showConnection(await looked(ctx, sessions, changed, query.check), asked?.url);
  };

/** @throws AppError not_found (404) */
export const testConnection =
  ({ sessions }: ConnectionServices) =>
  async (ctx: OutsideContext, { params }: Of<'testConnection'>) => {
    const row = found(await selectConnection(ctx.db, ctx.organization, params.connection));
    await requireUse(ctx, sessions.providers, row);
    const seen = await looked(ctx, sessions, row, true);
    const asked = await askAgain(ctx, sessions, seen);
    return showConnection(seen, asked?.url);
  };

type Asked = ReturnType<typeof askPerson>;
type Asking = {
  id: string;
  config: ConnectionRow['config'];
  credentials: Credentials | null | undefined;
};

/** Nothing where no person is to give access. */
function ask(
  { organization, origin, now }: OutsideContext,
  { authorization }: Connector,
  { id, config, credentials }: Asking,
): Asked | undefined {
  if (!authorization || !credentials || !isByPerson(credentials)) return undefined;
  return askPerson(credentials, { organization, id, config, authorization, origin, now });
}

/** Where nobody has given access yet, or it has ended. */
async function askAgain(ctx: OutsideContext, sessions: Sessions, { id }: ConnectionRow) {
  return ctx.transaction(async ({ tx, organization }) => {
    const row = found(await lockConnection(tx, organization, id));
    const connector = await sessions.providers.of(tx, organization, row);
    const credentials = sessions.credentialsOf(row);
    if (!connector || (!isWaiting(credentials) && row.status !== 'error')) return undefined;
    const asked = ask(ctx, connector, { id, config: row.config, credentials });
    if (asked)
      await updateGrant(
        tx,
        organization,
        id,
        sessions.seal(id, { ...credentials, ...asked.credentials }),
      );
    return asked;
  });
}

/** Of which version it was, and of which it is to be. @throws AppError 400 */
async function moved(
  { tx, organization }: WriteContext,
  providers: Providers,
  row: ConnectionRow,
  { provider_version: version }: Of<'putConnection'>['body'],
) {
  const before = await providers.of(tx, organization, row);
  if (!version) {
    const field = 'provider_version';
    return {
      before,
      connector: before ?? (await providers.requireOf(tx, organization, field, row)),
    };
  }
  const connector = await providers.choose(tx, organization, row.provider, version);
  await providers.hold(tx, organization, connector);
  return { before, connector };
}

/** Stored credentials go only where whoever gave them sent them. @throws AppError 400 */
function requireSameHosts(before: readonly string[], after: readonly string[]): void {
  if (after.every((host) => before.includes(host))) return;
  const message = 'must be given again: they would go to another host.';
  throw invalid('credentials', message, 'required');
}

function hostsIn(
  { base_url, endpoint, allowed_hosts }: Record<string, unknown>,
  connector: Connector | undefined,
): string[] {
  const origins = [base_url, endpoint].map((url) => URL.parse(String(url ?? ''))?.origin ?? '');
  const others = Array.isArray(allowed_hosts) ? allowed_hosts.map(String) : [];
  return [...origins, ...others, ...(connector?.extension?.hosts ?? [])];
}

type Given = {
  config: Record<string, unknown>;
  credentials: Credentials | null | undefined;
  isLenient: boolean;
};

/** Why the system cannot be tried with this yet; undefined: it can. @throws AppError 400 */
function accept(connector: Connector, { config, credentials, isLenient }: Given) {
  refuse(problemsOf('config', connector, config));
  if (!credentials) return connector.own ? undefined : 'The connection has no credentials yet.';
  const problems = problemsOf('credentials', connector, credentials);
  if (!isLenient) refuse(problems);
  const [first] = problems;
  return first && `${first.field}: ${first.message}`;
}

/** The same of credentials that fit, with the keys that they name. */
async function lackOf(
  { tx, organization }: WriteContext,
  sessions: Sessions,
  { lack }: Connector,
  credentials: Credentials | null | undefined,
): Promise<string | undefined> {
  return lack?.(await sessions.withKeys(tx, organization, credentials ?? {}));
}

/** What a connection that has begun or ceased to wait was found to be before says nothing any more. */
function standingAfter(
  { status, health, health_message }: ConnectionRow,
  isOpen: boolean,
  lack?: string,
) {
  if (isOpen && status !== 'pending') return { status, health, health_message };
  const unknown = { health: 'unknown', health_message: lack ?? null } as const;
  return { status: isOpen ? 'active' : 'pending', ...unknown } as const;
}

async function looked(
  ctx: OutsideContext,
  sessions: Sessions,
  row: ConnectionRow,
  isAsked = true,
): Promise<ConnectionRow> {
  if (!isAsked || row.status === 'pending') return row;
  const seen = await look(sessions, row);
  return (await ctx.transaction((within) => noteHealth(within, row, seen))) ?? row;
}
