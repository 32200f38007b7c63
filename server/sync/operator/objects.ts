import type { Platform } from '../../platform/platform.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { getObject, listObjects } from '../connections/objects.ts';
import type { Sessions } from '../connections/sessions.ts';
import { nearest } from '../conventions/names.ts';
import { listAll, sessionsOf } from './acting.ts';
import { findConnection, type Named } from './finding.ts';

const shownMax = 5;

/** All that can be read and written, by name. */
export async function listObjectsOf(platform: Platform, given: string, search?: string) {
  return objectsOf(sessionsOf(platform), await findConnection(platform, given), search);
}

export async function objectsOf(
  sessions: Sessions,
  { acting, id }: Pick<Named, 'acting' | 'id'>,
  search?: string,
) {
  const list = listObjects(sessions);
  const params = { connection: id };
  const q = search === undefined ? {} : { q: search };
  return listAll(
    (query) => list(acting.outside, { params, query: { ...query, ...q }, body: undefined }),
    ({ name }) => name,
  );
}

/** @throws AppError 400 with the names that are written like it */
export async function describeObject(
  platform: Platform,
  given: string,
  { object, sample }: { object: string; sample: number },
) {
  const connection = await findConnection(platform, given);
  const sessions = sessionsOf(platform);
  const input = { params: { connection: connection.id, object }, query: { sample } };
  try {
    return await getObject(sessions)(connection.acting.outside, { ...input, body: undefined });
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'not_found')) throw error;
    throw invalid('object', await saidOfMissing(sessions, connection, object, error.message));
  }
}

/** What a source says of an object that it does not have, and which it has. */
export async function saidOfMissing(
  sessions: Sessions,
  from: Named,
  object: string,
  said: string,
): Promise<string> {
  const names = (await objectsOf(sessions, from)).map(({ name }) => name);
  const near = nearest(object, names);
  const known = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `It has ${some(names)}.`;
  return `${from.name}: ${said} ${known}`;
}

/** The first names of a list. */
export function some(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  return `${names.slice(0, shownMax).join(', ')}${names.length > shownMax ? ' …' : ''}`;
}
