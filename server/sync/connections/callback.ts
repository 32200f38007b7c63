import type { In } from '../../../contract/endpoint.ts';
import type { authorization } from '../../../contract/sync/authorization.ts';
import { insertAudit } from '../../platform/audit/store.ts';
import type { PublicContext } from '../../platform/context.ts';
import type { Database, Wall } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import {
  type ByPerson,
  callbackOf,
  connectionIn,
  givenOf,
  isAsked,
  isByPerson,
} from './authorization.ts';
import { look, noteHealth } from './health.ts';
import { outward, type Sessions } from './sessions.ts';
import { type ConnectionRow, lockConnection, updateConnection, updateGrant } from './store.ts';
import type { Grant } from './tokens.ts';

type Services = { sessions: Sessions; database: Database };
type Answered = { row: ConnectionRow; credentials: ByPerson };

/** A person comes back from the system, with what that has given. @throws AppError 400, upstream_error */
export const finishAuthorization =
  ({ sessions, database }: Services) =>
  async (ctx: PublicContext, { query }: In<typeof authorization, 'finishAuthorization'>) => {
    const { organization, id } = connectionIn(query.state);
    const wall = database.of(organization);
    const answered =
      organization > 0 && (await takeAsked(wall, sessions, { organization, id, query, ...ctx }));
    if (!answered) {
      throw invalid('state', 'is not waited for: it was used, or ten minutes have passed.');
    }
    if (query.code === undefined) throw invalid('error', 'says that no access was given.');
    const { verifier = '' } = answered.credentials.asked ?? {};
    const given = {
      code: query.code,
      redirect_uri: callbackOf(ctx.origin),
      code_verifier: verifier,
    };
    const grant = await sessions.redeem(answered.row, given, ctx.now).catch((error) => {
      throw outward(error);
    });
    const opened = await keep(wall, sessions, { answered, grant, ctx });
    if (!opened) throw invalid('state', 'is of credentials that were changed meanwhile.');
    const seen = await look(sessions, opened);
    const shown = await wall.transaction((tx) =>
      noteHealth({ tx, organization, now: ctx.now }, opened, seen),
    );
    return { connection_id: id, status: (shown ?? opened).status };
  };

type Waited = { organization: number; id: string; query: { state: string }; now: Date };

/** What was asked is forgotten before its answer is used, so that no answer is used twice. */
async function takeAsked(
  wall: Wall,
  sessions: Sessions,
  { organization, id, query, now }: Waited,
): Promise<Answered | undefined> {
  return wall.transaction(async (tx) => {
    const row = await lockConnection(tx, organization, id);
    const credentials = row && sessions.credentialsOf(row);
    if (!row || !credentials || !isByPerson(credentials)) return undefined;
    if (!isAsked(credentials, query.state, now)) return undefined;
    await updateGrant(tx, organization, id, sessions.seal(id, givenOf(credentials)));
    return { row, credentials };
  });
}

type Kept = { answered: Answered; grant: Grant; ctx: PublicContext };

/** Undefined where the credentials are others by now, or wait for another answer. */
async function keep(wall: Wall, sessions: Sessions, { answered, grant, ctx }: Kept) {
  const { organization_id: organization, id, version } = answered.row;
  const { now, requestId } = ctx;
  return wall.transaction(async (tx) => {
    const row = await lockConnection(tx, organization, id);
    if (!row || row.version !== version) return undefined;
    const credentials = sessions.credentialsOf(row);
    if (!isByPerson(credentials) || credentials.asked) return undefined;
    const action = 'connection.change';
    await insertAudit(tx, organization, { actor: 'oauth', action, subject: id, requestId, now });
    const sealed_credentials = sessions.seal(id, { ...credentials, grant });
    const opened = { ...row, sealed_credentials, status: 'active' } as const;
    return updateConnection(tx, organization, opened, now);
  });
}
