import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import * as rules from '../connections/connections.ts';
import { deleteConnection as remover } from '../connections/deleting.ts';
import { listSyncs } from '../syncs/syncs.ts';
import { usersOfConnection } from '../triggers/connections.ts';
import { requireUseOfUsers } from '../triggers/leading.ts';
import { listAll, sessionsOf } from './acting.ts';
import { findConnection, findOnlyConnection, organizationsOf } from './finding.ts';
import { typed } from './given.ts';

type Settings = Record<string, unknown>;
/** The values are text, as they were written. */
export type ConnectionToCreate = {
  provider: string;
  name: string;
  config: Settings;
  credentials: Settings;
  check: boolean;
};

export async function createConnection(
  platform: Platform,
  organization: string,
  { check, ...given }: ConnectionToCreate,
) {
  const sessions = sessionsOf(platform);
  const [acting] = await organizationsOf(platform, organization);
  const { reading } = acting!;
  const { db, organization: number } = reading;
  const connector = await sessions.providers.choose(db, number, given.provider);
  const body = {
    ...given,
    config: typed(connector, 'config', given.config),
    credentials: typed(connector, 'credentials', given.credentials),
  };
  const create = rules.createConnection({ sessions, isLenient: false });
  return create(acting!.outside, { params: {}, query: { check }, body });
}

export type ConnectionToChange = {
  name?: string;
  /** Of an extension: the version that it moves to. */
  version?: string;
  config?: Settings;
  credentials?: Settings;
  check: boolean;
};

/** Members of `config` are changed one by one; credentials as a whole. */
export async function changeConnection(
  platform: Platform,
  given: string,
  { check, name, version: to, config, credentials }: ConnectionToChange,
) {
  const { acting, id } = await findOnlyConnection(platform, given);
  const params = { connection: id };
  const sessions = sessionsOf(platform);
  const before = await rules.getConnection(acting.reading, { params, query: {}, body: undefined });
  const { db, organization } = acting.reading;
  const { providers } = sessions;
  const { provider, provider_version: version } = before;
  const connector = await providers.choose(db, organization, provider, to ?? version);
  const body = {
    ...(name === undefined ? {} : { name }),
    ...(to === undefined ? {} : { provider_version: to }),
    ...(config ? { config: typed(connector, 'config', { ...before.config, ...config }) } : {}),
    ...(credentials ? { credentials: typed(connector, 'credentials', credentials) } : {}),
  };
  const change = rules.changeConnection(
    { sessions, isLenient: false },
    requireUseOfUsers(sessions.providers),
  );
  return change(acting.outside, { params, query: { check }, body });
}

/** Of one organization, or of all. */
export async function listConnections(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listConnections(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

export async function testConnection(platform: Platform, given: string) {
  const { acting, id } = await findConnection(platform, given);
  const test = rules.testConnection({ sessions: sessionsOf(platform), isLenient: false });
  return test(acting.outside, { params: { connection: id }, query: {}, body: undefined });
}

/** Answers the syncs that are stopped with it. */
export async function deleteConnection(platform: Platform, given: string) {
  const { acting, id } = await findOnlyConnection(platform, given);
  const syncs = await listAll(
    (query) => listSyncs(acting.reading, { params: {}, query, body: undefined }),
    (sync) => sync.id,
  );
  const stopped = syncs.filter(({ enabled, source, destination }) => {
    return enabled && [source.connection_id, destination.connection_id].includes(id);
  });
  const remove = remover({ sessions: sessionsOf(platform) }, usersOfConnection);
  await remove(acting.outside, { params: { connection: id }, query: {}, body: undefined });
  return { id, stopped: stopped.map((sync) => ({ id: sync.id, name: sync.name })) };
}

/** The systems that can be connected, and what a connection to each takes; of an organization its own, too. */
export async function listProviders(platform: Platform, organization?: string) {
  const { providers } = sessionsOf(platform);
  if (organization === undefined) return providers.showBuiltIn();
  const [acting] = await organizationsOf(platform, organization);
  const { db, organization: number } = acting!.reading;
  return providers.show(db, number);
}
