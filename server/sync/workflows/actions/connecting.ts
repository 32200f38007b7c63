import type { Tx } from '../../../runtime/database/database.ts';
import { endCause, nameCause, noteCauses, type RecordCaused } from '../../causes/causes.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { Place } from '../../connectors/changes.ts';
import type { Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { ActionServices, Step } from './action.ts';

/** A record that is written, and the system it is in. */
type Written = Omit<RecordCaused, 'depth'> & { provider: string };
type Acting = Pick<Step, 'organization' | 'depth'>;

/** The connection that an action names. @throws ConnectorError when it is gone */
export async function connectionOf(
  { database }: ActionServices,
  organization: number,
  id: string | null | undefined,
): Promise<ConnectionRow> {
  const { reading } = database.of(organization);
  const row = id ? await selectConnection(reading, organization, id) : undefined;
  if (row) return row;
  throw new ConnectorError(
    'configuration',
    `There is no connection ${id ?? ''}.`.replace(' .', '.'),
  );
}

/** Uses the system behind the connection of a step. @throws ConnectorError */
export async function using<T>(
  services: ActionServices,
  { organization, action, signal }: Step,
  work: (session: Session, connection: ConnectionRow) => Promise<T>,
): Promise<T> {
  const connection = await connectionOf(services, organization, action.connection_id);
  return services.sessions.use(connection, signal, (session) => work(session, connection));
}

/** What a record sets off that a step writes stands one deeper than its run: said before it is written. */
export async function note(services: ActionServices, acting: Acting, record: Written) {
  await say(services, acting, record, noteCauses);
}

/** Of one whose key only its system knew before: said once it is written. */
export async function noteName(services: ActionServices, acting: Acting, record: Written) {
  await say(services, acting, record, (tx, organization, [cause]) =>
    nameCause(tx, organization, cause),
  );
}

/** Said of one once it is written, where its system says how far it is. */
export async function noteEnd(
  services: ActionServices,
  acting: Acting,
  { to, ...record }: Written & { to: Place },
) {
  await say(services, acting, record, (tx, organization, [cause]) =>
    endCause(tx, organization, { ...cause, to }),
  );
}

type Say = (tx: Tx, organization: number, causes: readonly [RecordCaused]) => Promise<void>;

/** What is of this server says itself in its events how deep whoever wrote it stands. */
async function say(
  { sessions, database }: ActionServices,
  { organization, depth }: Acting,
  { provider, ...record }: Written,
  work: Say,
) {
  if (sessions.providers.find(provider)?.own) return;
  await database
    .of(organization)
    .transaction((tx) => work(tx, organization, [{ ...record, depth }]));
}
