import { AppError, invalid } from '../../runtime/errors.ts';
import { getObject } from '../connections/objects.ts';
import type { Sessions } from '../connections/sessions.ts';
import { objectsOf } from './connections.ts';
import type { Named } from './finding.ts';
import { isNamedBy, nearest } from './naming.ts';

const shownMax = 5;

/** Names are taken as they are; patterns are matched with the tables that there are. @throws AppError 400 */
export async function objectsNamed(
  sessions: Sessions,
  from: Named,
  named: readonly string[],
): Promise<string[]> {
  const patterns = named.filter((one) => one.includes('*'));
  const names = named.filter((one) => !one.includes('*'));
  if (patterns.length === 0) return names;
  const all = (await objectsOf(sessions, from)).filter(({ kind }) => kind !== 'view');
  const found = all.map(({ name }) => name).filter((name) => isNamedBy(patterns, name));
  if (found.length > 0) return [...new Set([...names, ...found])];
  const known = some(all.map(({ name }) => name));
  throw invalid('tables', `${from.name} has no table like ${patterns.join(', ')}; ${known}.`);
}

/**
 * Refuses what a source says it does not have; `warn` is told of a source that says nothing, since that
 * may be back when the sync runs. @throws AppError 400
 */
export async function requireObjects(
  sessions: Sessions,
  from: Named,
  objects: readonly string[],
  warn: (message: string) => void,
): Promise<void> {
  const get = getObject(sessions);
  for (const object of objects.filter((one) => !one.includes('*'))) {
    const params = { connection: from.id, object };
    try {
      await get(from.acting.outside, { params, query: {}, body: undefined });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      if (error.code === 'not_found') throw await missing(sessions, from, object, error.message);
      warn(`${from.name} cannot say whether it has ${object}: ${error.message}`);
    }
  }
}

async function missing(sessions: Sessions, from: Named, object: string, said: string) {
  const names = (await objectsOf(sessions, from)).map(({ name }) => name);
  const near = nearest(object, names);
  const known = near.length > 0 ? `did you mean ${near.join(' or ')}?` : `${some(names)}.`;
  const anyway = 'To name it before it is there, add --no-check.';
  return invalid('table', `${from.name}: ${said} ${capital(known)} ${anyway}`);
}

function some(names: readonly string[]): string {
  if (names.length === 0) return 'it has none';
  return `it has ${names.slice(0, shownMax).join(', ')}${names.length > shownMax ? ' …' : ''}`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
