import { nameCause, noteCauses, type RecordNamed } from '../../causes/causes.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import type { Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { ActionServices, Step } from './action.ts';

/** A record, and the system it is in. */
type Written = RecordNamed & { provider: string };

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
  services: ActionServices,
  { organization, depth }: Pick<Step, 'organization' | 'depth'>,
  record: Written,
): Promise<void> {
  const cause = { ...causeOf(services, record), depth };
  const wall = services.database.of(organization);
  await wall.transaction((tx) => noteCauses(tx, organization, [cause]));
}

/** Of one whose key only its system knew before: said once it is written. */
export async function noteName(
  services: ActionServices,
  { organization, depth }: Pick<Step, 'organization' | 'depth'>,
  record: Written,
): Promise<void> {
  const cause = { ...causeOf(services, record), depth };
  const wall = services.database.of(organization);
  await wall.transaction((tx) => nameCause(tx, organization, cause));
}

function causeOf({ sessions }: ActionServices, { provider, ...record }: Written) {
  const connector = sessions.providers.find(provider);
  const isPrompt = connector?.own !== undefined || connector?.capabilities.realtime === 'feed';
  return { ...record, isPrompt };
}
