import { join } from 'node:path';
import { parseArray } from '../../../values/arrays.ts';
import type { Cell, FieldType } from '../../../values/types.ts';
import type { Batch } from '../../batch.ts';
import { ConnectorError } from '../../failure.ts';
import type { Rejected } from '../../field.ts';
import type { Sheet, SheetRequest } from '../sheet.ts';
import { Database, literal, quoted } from './database.ts';
import { link } from './read.ts';
import { declare } from './types.ts';

type Column = { readonly name: string; readonly type: FieldType; readonly declared: string };

/** Parquet, typed by the fields: rows are gathered in a database beside, and copied at the end. */
export async function openParquet({ fields, folder, before }: SheetRequest): Promise<Sheet> {
  const database = await Database.open(folder, before);
  const columns = fields.map(({ name, type }) => ({ name, type, declared: declare(type) }));
  const file = before === undefined ? undefined : await link(folder, before);
  const sheet = new ParquetSheet(database, columns, folder, file);
  try {
    await sheet.begin();
  } catch (error) {
    database.close();
    throw error;
  }
  return sheet;
}

class ParquetSheet implements Sheet {
  readonly #database: Database;
  readonly #columns: readonly Column[];
  readonly #folder: string;
  readonly #before: string | undefined;
  #isClosed = false;

  constructor(
    database: Database,
    columns: readonly Column[],
    folder: string,
    before: string | undefined,
  ) {
    this.#database = database;
    this.#columns = columns;
    this.#folder = folder;
    this.#before = before;
  }

  async begin(): Promise<void> {
    const texts = this.#columns.map((_, at) => `c${at} varchar`).join(', ');
    const typed = this.#columns.map((one) => `${quoted(one.name)} ${one.declared}`).join(', ');
    await this.#run(`create temp table batch (n integer, ${texts})`);
    await this.#run(`create table sheet (${typed})`);
    if (this.#before !== undefined) await this.#compare(this.#before);
  }

  async add(batch: Batch): Promise<Rejected[]> {
    const rejected: Rejected[] = [];
    const appender = await this.#database.connection.createAppender('batch', undefined, 'temp');
    for (const [index, row] of batch.rows.entries()) {
      const cells = this.#columns.map(({ type }, at) => sqlCell(type, row[at] ?? null));
      const at = cells.indexOf(undefined);
      if (at >= 0) {
        rejected.push({ index, ...reasonOf(this.#columns[at] as Column) });
        continue;
      }
      appender.appendInteger(index);
      for (const cell of cells as Cell[]) {
        if (cell === null) appender.appendNull();
        else appender.appendVarchar(cell);
      }
      appender.endRow();
    }
    appender.closeSync();
    rejected.push(...(await this.#insert()));
    return rejected.sort((one, other) => one.index - other.index);
  }

  async finish(): Promise<string> {
    const path = join(this.#folder, 'written.parquet');
    const own = 'select * from sheet';
    const all =
      this.#before === undefined ? own : `select * from ${this.#before} union all by name ${own}`;
    await this.#run(`copy (${all}) to ${literal(path)} (format parquet)`);
    return path;
  }

  async close(): Promise<void> {
    if (!this.#isClosed) this.#database.close();
    this.#isClosed = true;
  }

  /** Takes what fits; what a cast makes null of does not. */
  async #insert(): Promise<Rejected[]> {
    const misfits = this.#columns.map(({ type }, nth) => misfit(type, `c${nth}`));
    const cases = misfits.map((one, nth) => `when ${one} then ${nth}`).join(' ');
    const judged = `(select *, case ${cases} else -1 end as misfit from batch)`;
    const found = await this.#database.connection.runAndReadAll(
      `select n, misfit from ${judged} where misfit >= 0 order by n`,
    );
    const casts = this.#columns.map(({ type }, nth) => cast(type, `c${nth}`)).join(', ');
    await this.#run(`insert into sheet select ${casts} from ${judged} where misfit < 0 order by n`);
    await this.#run('delete from batch');
    return found.getRows().map(([index, nth]) => ({
      index: Number(index),
      ...reasonOf(this.#columns[Number(nth)] as Column),
    }));
  }

  /** @throws ConnectorError when the file there has other columns */
  async #compare(file: string): Promise<void> {
    const { connection } = this.#database;
    const there = await connection.runAndReadAll(`describe select * from ${file}`);
    const types = new Map(there.getRows().map(([name, type]) => [name, type]));
    for (const { name, declared } of this.#columns) {
      if (types.get(name) === declared) continue;
      const message = `The file does not have a column ${name} of the type ${declared}.`;
      throw new ConnectorError('request', message, { field: 'fields' });
    }
  }

  async #run(statement: string): Promise<void> {
    await this.#database.connection.run(statement);
  }
}

function reasonOf({ name, declared }: Column): { field: string; reason: string } {
  return { field: name, reason: `${name} has a value that ${declared} in Parquet cannot hold.` };
}

/** The text that DuckDB reads; undefined for what it has no place for. */
function sqlCell(type: FieldType, cell: Cell): Cell | undefined {
  if (cell === null) return null;
  if (type.kind === 'array') {
    // Parquet counts elements from the first, and knows one direction.
    if (cell.startsWith('[')) return undefined;
    const elements = parseArray(cell);
    if (elements.some((element) => Array.isArray(element))) return undefined;
    return JSON.stringify(elements.map((element) => sqlCell(type.of, element as Cell)));
  }
  const isMoment = /^(date|timestamp)/.test(type.kind);
  return isMoment ? cell.replace(/^(\S+)(.*) BC$/, '$1 (BC)$2') : cell;
}

function cast(type: FieldType, value: string): string {
  if (type.kind === 'array') {
    return `list_transform(${listOf(value)}, lambda v: ${cast(type.of, 'v')})`;
  }
  if (type.kind === 'bytea') return `unhex(substr(${value}, 3))`;
  const declared = declare(type);
  return declared === 'VARCHAR' ? value : `try_cast(${value} as ${declared})`;
}

function misfit(type: FieldType, value: string): string {
  if (type.kind !== 'array') return `(${value} is not null and ${cast(type, value)} is null)`;
  const counts = [listOf(value), cast(type, value)].map((list) => `list_count(${list})`);
  return `(${value} is not null and ${counts.join(' is distinct from ')})`;
}

function listOf(value: string): string {
  return `(${value}::json)::varchar[]`;
}
