import { nameCause, noteCauses, type RecordNamed } from '../../causes/causes.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { ActionServices, Step } from './action.ts';

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
export async function note(
  { database }: ActionServices,
  { organization, depth }: Pick<Step, 'organization' | 'depth'>,
  record: RecordNamed,
): Promise<void> {
  const wall = database.of(organization);
  await wall.transaction((tx) => noteCauses(tx, organization, [{ ...record, depth }]));
}

/** Of one whose key only its system knew before: said once it is written. */
export async function noteName(
  { database }: ActionServices,
  { organization, depth }: Pick<Step, 'organization' | 'depth'>,
  record: RecordNamed,
): Promise<void> {
  const wall = database.of(organization);
  await wall.transaction((tx) => nameCause(tx, organization, { ...record, depth }));
}
