import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cell, Row } from '../../../values/types.ts';
import { Batch, type Unread } from '../../batch.ts';
import type { Field } from '../../connector.ts';
import { ConnectorError } from '../../failure.ts';
import { type Manner, type Piece, readable, type Wanted } from '../format.ts';
import { Database, literal, quoted } from './database.ts';
import { fieldTypeOf, type Shape, shapeOf } from './types.ts';
import { cellOf, expressionOf } from './values.ts';

type Column = { readonly name: string; readonly native: string; readonly shape: Shape };

export async function describeParquet(path: string, { columns }: Manner): Promise<Field[]> {
  return within(path, async (database, file) => {
    const own = await columnsOf(database, file);
    return own.map(({ name, native, shape }) =>
      readable(name, columns.get(name) ?? fieldTypeOf(shape), native),
    );
  });
}

export async function* readParquet(
  path: string,
  _manner: Manner,
  wanted: Wanted,
): AsyncGenerator<Piece> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-parquet-'));
  const database = await Database.open(folder, path);
  try {
    const file = await link(folder, path);
    yield* rowsOf(database, file, wanted);
  } finally {
    database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function* rowsOf(database: Database, file: string, wanted: Wanted): AsyncGenerator<Piece> {
  const { fields, from, batchBytes, batchRows, signal } = wanted;
  const known = new Map((await columnsOf(database, file)).map((one) => [one.name, one]));
  const columns = fields.map(({ name }) => known.get(name));
  const expressions = columns.map((column) =>
    column ? expressionOf(column.shape, quoted(column.name)) : 'null::varchar',
  );
  const result = await database.connection
    .stream(
      `select file_row_number, ${expressions.join(', ')} from ${file.replace(')', ', file_row_number = true)')}
       where file_row_number >= ${from.at}`,
    )
    .catch(refuse);
  let at = from.at;
  let rows: Row[] = [];
  let unread: Unread[] = [];
  let bytes = 0;
  const take = (): Piece => {
    const batch = Batch.ofRows(rows, undefined, unread);
    [rows, unread, bytes] = [[], [], 0];
    return { batch, mark: { at, line: at + 1 } };
  };
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) break;
    signal.throwIfAborted();
    for (const [, ...values] of chunk.getRows()) {
      at += 1;
      const outcome = rowOf(fields, columns, values, at);
      if ('reason' in outcome) unread.push(outcome);
      else {
        rows.push(outcome.row);
        for (const cell of outcome.row) bytes += cell?.length ?? 1;
      }
      if (rows.length >= batchRows || bytes >= batchBytes) yield take();
    }
  }
  yield take();
}

function rowOf(
  fields: readonly Field[],
  columns: readonly (Column | undefined)[],
  values: readonly unknown[],
  number: number,
): { row: Row } | Unread {
  const row: Cell[] = [];
  for (const [at, { name, type }] of fields.entries()) {
    const shape = columns[at]?.shape;
    const read = shape ? cellOf(shape, values[at], type) : { text: null };
    if ('problem' in read) {
      return {
        field: name,
        reason: `Row ${number}: ${name} ${read.problem}.`,
        row: [],
        source: { row: number },
      };
    }
    row.push(read.text);
  }
  return { row };
}

/** The columns of a file, by what it says of itself. */
export async function columnsOf(database: Database, file: string): Promise<Column[]> {
  const result = await database.connection.stream(`select * from ${file} limit 0`).catch(refuse);
  const types = result.columnTypes();
  return result.columnNames().map((name, at) => {
    const type = types[at] as (typeof types)[0];
    return { name, native: type.alias ?? String(type), shape: shapeOf(type) };
  });
}

async function within<T>(path: string, work: (database: Database, file: string) => Promise<T>) {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-parquet-'));
  try {
    const database = await Database.open(folder, path);
    try {
      return await work(database, await link(folder, path));
    } finally {
      database.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The file under a name of its own: one with a star in it would be taken for a pattern. */
export async function link(folder: string, path: string): Promise<string> {
  const own = join(folder, 'file.parquet');
  await symlink(path, own);
  return `read_parquet(${literal(own)}, hive_partitioning = false)`;
}

export function refuse(cause: unknown): never {
  const upstream = cause instanceof Error ? cause.message : String(cause);
  const message = 'The file cannot be read as Parquet.';
  throw new ConnectorError('configuration', message, { upstream, cause });
}
