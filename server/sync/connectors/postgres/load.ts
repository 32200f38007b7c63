import type { Row } from '../../values/types.ts';
import type { Batch } from '../batch.ts';
import { encodeLines } from '../copy-text.ts';
import type { Rejected } from '../field.ts';
import { quote } from '../sql/names.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import type { Link } from './link.ts';
import { startsOf } from './split.ts';
import { batchTable, keysOf, type Load, statementOf, written } from './statements.ts';

export type Loaded = {
  written: number;
  skipped: number;
  rejected: Rejected[];
  /** What `returning` asks for, by the places of the rows. */
  keys?: Map<number, Row>;
};

const tie = '21000';
const taken = '23505';

/** Within a transaction: writes what can be written, and says what is wrong with the rest. */
export async function loadBatch(link: Link, load: Load, batch: Batch): Promise<Loaded> {
  const loaded = {
    written: 0,
    skipped: 0,
    rejected: [] as Rejected[],
    keys: new Map<number, Row>(),
  };
  const lines = linesFor(load, batch);
  let starts: number[] | undefined;
  const partOf = (from: number, to: number) => {
    if (from === 0 && to === batch.count) return lines;
    starts ??= startsOf({ lines, count: batch.count });
    return lines.subarray(starts[from], starts[to]);
  };
  const work = async (from: number, to: number) => {
    const part = partOf(from, to);
    const { written, rejected, skipped, keys = [] } = await attempt(link, load, part, from);
    for (const [index, key] of keys) loaded.keys.set(index, key);
    loaded.written += written;
    loaded.skipped += skipped;
    loaded.rejected.push(...rejected);
  };
  await halve(0, batch.count, work, async (index, refusal) => {
    const { message } = refusal;
    const column = refusal.field ?? (await columnAtFault(link, load, refusal, batch.rows[index]));
    const field = load.slots.find((slot) => slot.column === column)?.field ?? column;
    loaded.rejected.push({ index, reason: message, ...(field === undefined ? {} : { field }) });
  });
  loaded.rejected.sort((a, b) => a.index - b.index);
  return loaded;
}

/** The column that does not take its value, where PostgreSQL has not said which. */
async function columnAtFault(
  link: Link,
  { slots }: Load,
  { code }: RecordRefusal,
  row: Row | undefined,
): Promise<string | undefined> {
  if (!code?.startsWith('22')) return undefined;
  for (const [at, { column, native, isWritten }] of slots.entries()) {
    const cell = row?.[at] ?? null;
    if (!isWritten || cell === null) continue;
    await link.run('savepoint probe');
    const isFine = await link.query(`select $1::text::${native}`, [cell]).then(
      () => true,
      () => false,
    );
    await link.run('rollback to probe; release probe');
    if (!isFine) return column;
  }
  return undefined;
}

/** The lines of the fields that are written. */
export function linesFor({ slots }: Load, batch: Batch): Buffer {
  if (slots.every(({ isWritten }) => isWritten)) return batch.lines;
  const kept = batch.rows.map((row) => row.filter((_, at) => slots[at]?.isWritten));
  return encodeLines(kept);
}

async function attempt(link: Link, load: Load, lines: Buffer, offset: number): Promise<Loaded> {
  await link.run('savepoint attempt');
  try {
    const loaded = isDirect(load)
      ? await copyStraight(link, load, lines)
      : await copyThrough(link, load, lines, offset);
    await link.run(`${isDirect(load) ? '' : `drop table ${batchTable}; `}release attempt`);
    return loaded;
  } catch (error) {
    if (error instanceof RecordRefusal) await link.run('rollback to attempt; release attempt');
    throw error;
  }
}

function isDirect(load: Load): boolean {
  return isPlain(load) && load.action === 'insert';
}

export function isPlain({ slots, constants, also, returning }: Load): boolean {
  const isBare = Object.keys(constants).length === 0 && also === undefined;
  return isBare && returning === undefined && slots.every(({ wider }) => wider === undefined);
}

export async function copyStraight(link: Link, load: Load, lines: Buffer): Promise<Loaded> {
  const { into } = load;
  const written = await link.copyIn(`${into} (${columns(load)})`, lines, fieldsOf(load));
  return { written, skipped: 0, rejected: [] };
}

async function copyThrough(link: Link, load: Load, lines: Buffer, offset: number): Promise<Loaded> {
  const shape = written(load).map(({ column, wider, native }) => {
    return `${quote(column)} ${wider === undefined ? native : 'text'}`;
  });
  await link.run(`create temporary table heddle_batch (${shape.join(', ')}) on commit drop`);
  const count = await link.copyIn(`${batchTable} (${columns(load)})`, lines, fieldsOf(load));
  const rejected = await screen(link, load, offset);
  const { count: change, rows } = await applyFolded(link, load);
  if (load.also !== undefined) await link.run(load.also);
  const skipped = count - rejected.length - change;
  // Where a trigger has left some out, nobody knows whose the others are.
  const keys = load.returning && skipped === 0 ? placed(rows, rejected, offset) : undefined;
  return { written: change, skipped, rejected, ...(keys ? { keys } : {}) };
}

/** In the order of the rows that were not rejected. */
function placed(keys: readonly Row[], rejected: readonly Rejected[], offset: number) {
  const gone = new Set(rejected.map(({ index }) => index));
  let index = offset - 1;
  return new Map(
    keys.map((key) => {
      do index += 1;
      while (gone.has(index));
      return [index, key];
    }),
  );
}

/** Takes out the rows without a key, and those that would be rounded or cut in silence. */
async function screen(link: Link, load: Load, offset: number): Promise<Rejected[]> {
  const faults = written(load).flatMap(({ field, column, isKey, native, wider }) => {
    const name = quote(column);
    return [
      ...(isKey && load.action !== 'insert'
        ? [{ field, reason: 'The key must not be null.', holds: `${name} is null` }]
        : []),
      ...(wider === undefined
        ? []
        : [
            {
              field,
              reason: 'The column would round or cut it.',
              holds: lossy(name, native, wider),
            },
          ]),
    ];
  });
  if (faults.length === 0) return [];
  const { rows } = await link.query(
    `with numbered as (
       select ctid as "heddle: place", row_number() over (order by ctid) - 1 as "heddle: index", *
       from ${batchTable}),
     faulty as (
       select "heddle: place" as place, "heddle: index" as index, case ${faults.map(({ holds }, at) => `when ${holds} then ${at}`).join(' ')} end as fault
       from numbered where ${faults.map(({ holds }) => holds).join(' or ')}),
     gone as (delete from ${batchTable} where ctid in (select place from faulty))
     select index::text, fault::text from faulty`,
  );
  return rows.map(([index, fault]) => {
    const { field, reason } = faults[Number(fault)] as (typeof faults)[0];
    return { index: offset + Number(index), field, reason };
  });
}

// A cast from a floating-point number to numeric rounds; its text does not.
function lossy(name: string, native: string, wider: string): string {
  return `${name}::${wider} is distinct from ${name}::${native}::text::${wider}`;
}

/** The last one of a key wins, and values that are unique may change places. */
async function applyFolded(
  link: Link,
  load: Load,
): Promise<{ count: number; rows: readonly Row[] }> {
  const text = statementOf(load);
  await link.run('savepoint unfolded');
  try {
    return await link.query(text);
  } catch (error) {
    const code = codeOf(error);
    const isSwap = code === taken && load.action === 'upsert' && load.isRewritable;
    if (code !== tie && !isSwap) throw error;
    await link.run('rollback to unfolded');
    if (isSwap) return rewrite(link, load);
    await fold(link, load);
    return link.query(text);
  }
}

async function fold(link: Link, load: Load): Promise<void> {
  await link.run(
    `delete from ${batchTable} batch using (
       select ctid as place,
         row_number() over (partition by ${keysOf(load)} order by ctid desc) as number
       from ${batchTable}) ranked
     where batch.ctid = ranked.place and ranked.number > 1`,
  );
}

async function rewrite(link: Link, load: Load) {
  await fold(link, load);
  await link.run(statementOf({ ...load, action: 'delete' }));
  return link.query(statementOf({ ...load, action: 'insert' }));
}

export function codeOf(error: unknown): string | undefined {
  if (error instanceof RecordRefusal) return error.code;
  return ((error as Error).cause as { code?: string } | undefined)?.code;
}

function columns(load: Load): string {
  return written(load)
    .map(({ column }) => quote(column))
    .join(', ');
}

/** The columns that get a value. */
export function columnsOf(load: Load): string[] {
  return [...fieldsOf(load), ...Object.keys(load.constants)];
}

function fieldsOf(load: Load): string[] {
  return written(load).map(({ column }) => column);
}
