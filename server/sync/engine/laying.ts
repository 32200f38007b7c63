import type { Description } from '../connectors/connector.ts';
import type { Definition } from '../syncs/definition.ts';
import type { SyncRow } from '../syncs/store.ts';
import { type KnownTypes, readAs, typesAt } from './loose.ts';
import type { Ends } from './means.ts';
import { layRoute, type Route } from './planning.ts';
import { describeSource } from './source.ts';

/** What a run or one of its attempts has come to. */
export type Outcome =
  | { kind: 'completed'; position: string | null }
  /** It goes on, with both ends opened anew. */
  | { kind: 'ongoing' }
  | { kind: 'paused'; reason: string; planned: number | null; total: number | null };

export type Laid = {
  readonly route: Route;
  /** The types of the destination. */
  readonly known: KnownTypes;
  readonly described: Pick<Description, 'fields' | 'key'> & { readonly name?: string };
};

/** Looks at both ends, and lays the way from one to the other. @throws ConnectorError */
export async function lay(
  definition: Definition,
  { source, destination }: Ends,
  { fields }: Pick<SyncRow, 'fields'>,
  signal: AbortSignal,
): Promise<Laid> {
  const own = await describeSource(source, definition, signal);
  const known = await typesAt(destination, definition, own);
  const described = readAs(own, definition, known);
  return { route: layRoute(definition, described, fields), known, described };
}

/** Where it is to be asked for before fields that are new or gone are gone on without. */
export function pausedFor(
  { drift }: Route,
  { on_schema_change }: Pick<Definition, 'on_schema_change'>,
): Outcome | undefined {
  if (drift.length === 0 || on_schema_change !== 'pause') return undefined;
  return { kind: 'paused', reason: drift.join(' '), planned: null, total: null };
}
