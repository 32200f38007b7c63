import { createHash } from 'node:crypto';
import { ownPrefix } from '../sql/names.ts';
import type { Owner } from '../sql/owner.ts';
import type { Link } from './link.ts';
import { literal, quoteIn } from './names.ts';

export type OwnTables = {
  /** Where rows wait until they replace the table, and where that goes then; quoted. */
  readonly stage: string;
  readonly old: string;
  /** The keys that a mirror has seen. */
  readonly seen: string;
};

const runLength = 8;

/** What a run makes for itself: another one, though it were late, finds none of it. */
export function ownTables(schema: string, { syncId, runId }: Pick<Owner, 'syncId' | 'runId'>) {
  const run = createHash('sha256').update(runId).digest('hex').slice(0, runLength);
  const nameOf = (part: string) => quoteIn(schema, `${ownPrefix(syncId)}_${run}_${part}`);
  return { stage: nameOf('stage'), old: nameOf('old'), seen: nameOf('seen') };
}

/** Drops what earlier runs of the sync have left. */
export async function dropOthers(link: Link, schema: string, owner: Owner): Promise<void> {
  const own = Object.values(ownTables(schema, owner));
  const rows = await link.query(
    `select table_name from information_schema.tables where table_schema = ${literal(schema)}
       and left(table_name, ${ownPrefix(owner.syncId).length}) = ${literal(ownPrefix(owner.syncId))}`,
  );
  for (const [name] of rows) {
    const table = quoteIn(schema, name as string);
    if (!own.includes(table)) await link.run(`drop table if exists ${table}`);
  }
}

export async function isThere(link: Link, table: string): Promise<boolean> {
  const names = [...table.matchAll(/`((?:[^`]|``)*)`/g)];
  const [schema = '', name = ''] = names.map(([, one = '']) => one.replaceAll('``', '`'));
  const rows = await link.query(
    `select 1 from information_schema.tables
     where table_schema = ${literal(schema)} and table_name = ${literal(name)}`,
  );
  return rows.length > 0;
}
