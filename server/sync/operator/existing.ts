import { AppError, invalid } from '../../runtime/errors.ts';
import { asking } from '../connections/asking.ts';
import { describeOne } from '../connections/objects.ts';
import type { Sessions } from '../connections/sessions.ts';
import type { Description } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { requireFit } from '../engine/fitting.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Named } from './finding.ts';
import { isNamedBy } from './naming.ts';
import { objectsOf, saidOfMissing, some } from './objects.ts';

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
  throw invalid(
    'tables',
    `${from.name} has no table like ${patterns.join(', ')}; it has ${known}.`,
  );
}

/**
 * Refuses an object that a source says it does not have, and fields that it does not have there. `warn`
 * is told of a source that says nothing, since that may be back when the sync runs. @throws AppError 400
 */
export async function requireObject(
  sessions: Sessions,
  from: Named,
  definition: Definition,
  warn: (message: string) => void,
): Promise<void> {
  const object = definition.source.object ?? '';
  const described = await describe(sessions, from, object, warn);
  if (!described) return;
  try {
    requireFit(definition, described);
  } catch (error) {
    if (!(error instanceof ConnectorError || error instanceof AppError)) throw error;
    throw invalid('sync', `${object}: ${error.message} ${anyway('To make it all the same')}`);
  }
  const { mode, key, cursor_field } = definition;
  const isGrowing = mode === null && key === null && cursor_field === null;
  if (!isGrowing || described.key.length > 0) return;
  warn(
    `${object} has no key: each run adds all of its records again. Name fields with --key, or take --mode replace.`,
  );
}

async function describe(
  sessions: Sessions,
  from: Named,
  object: string,
  warn: (message: string) => void,
): Promise<Description | undefined> {
  const asked = { id: from.id, uses: [{ object }] };
  try {
    return await asking(from.acting.outside, sessions, asked, (one) => describeOne(one, object));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === 'not_found') {
      const said = await saidOfMissing(sessions, from, object, error.message);
      throw invalid('table', `${said} ${anyway('To name it before it is there')}`);
    }
    warn(`${from.name} cannot say whether it has ${object}: ${error.message}`);
    return undefined;
  }
}

function anyway(why: string): string {
  return `${why}, add --no-check.`;
}
