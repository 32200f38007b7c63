import type { DatabaseSync } from 'node:sqlite';
import { tableAt } from './dialect.ts';
import { mangled, quoted } from './names.ts';
import { Refusal } from './refusal.ts';
import { is, type Token } from './tokens.ts';
import { typeOf } from './types.ts';
import type { ColumnType } from './values.ts';

type Declared = { readonly name: string; readonly type: ColumnType; readonly isNullable: boolean };

/** What the engine is told about tables, beside what it keeps itself. */
export const schema = `
  create table schemata (name text primary key);
  create table tables (schema text, name text, kind text, primary key (schema, name));
  create table columns (schema text, "table" text, name text, place integer, type text,
    nullable integer, key integer, primary key (schema, "table", name));
  create table imported (schema text, "table" text, fk_name text, fk_column_name text,
    key_sequence integer, pk_schema_name text, pk_table_name text, pk_column_name text);
  create table transactions (id integer primary key, name text, session text);
  create view "INFORMATION_SCHEMA.SCHEMATA" as select name SCHEMA_NAME from schemata;
  create view "INFORMATION_SCHEMA.TABLES" as
    select schema TABLE_SCHEMA, name TABLE_NAME, kind TABLE_TYPE, null ROW_COUNT from tables;
  create view "INFORMATION_SCHEMA.COLUMNS" as
    select schema TABLE_SCHEMA, "table" TABLE_NAME, name COLUMN_NAME, place ORDINAL_POSITION,
      null COLUMN_DEFAULT, case nullable when 1 then 'YES' else 'NO' end IS_NULLABLE,
      type ->> 'name' DATA_TYPE, type ->> 'length' CHARACTER_MAXIMUM_LENGTH,
      type ->> 'precision' NUMERIC_PRECISION, case type ->> 'name' when 'NUMBER' then type ->> 'scale' end NUMERIC_SCALE,
      case type ->> 'name' when 'NUMBER' then null else type ->> 'scale' end DATETIME_PRECISION,
      'NO' IS_IDENTITY from columns;
`;

/** `CREATE [TRANSIENT] TABLE [IF NOT EXISTS] name (columns)`, or `LIKE` another. */
export function createTable(engine: DatabaseSync, tokens: readonly Token[], own: string): void {
  const isCareful = tokens.some((token, at) => is(token, 'IF') && is(tokens[at + 1], 'NOT'));
  const from = isCareful ? tokens.findIndex((one) => is(one, 'EXISTS')) : indexOfTable(tokens);
  const { name, schema: into, table, end } = tableAt(tokens, from + 1, own);
  requireSchema(engine, into);
  const isThere = engine.prepare('select 1 from tables where schema = ? and name = ?');
  if (isThere.get(into, table)) {
    if (isCareful) return;
    throw new Refusal('002002', '42710', `Object '${name}' already exists.`);
  }
  if (is(tokens[end], 'LIKE')) {
    const other = tableAt(tokens, end + 1, own);
    const like = columnsOf(engine, other.schema, other.table);
    make(engine, into, table, like.columns, like.key);
    return;
  }
  const declared = tokens.slice(end + 1, -1);
  const { columns, key } = declaredIn(declared);
  make(engine, into, table, columns, key);
  noteImported(engine, into, table, declared);
}

/** `FOREIGN KEY (columns) REFERENCES name (columns)`: told, and not held to, as keys are. */
function noteImported(
  engine: DatabaseSync,
  into: string,
  table: string,
  declared: readonly Token[],
): void {
  const insert = engine.prepare('insert into imported values (?, ?, ?, ?, ?, ?, ?, ?)');
  for (const [nth, part] of parted(declared).entries()) {
    if (!is(part[0], 'FOREIGN')) continue;
    const from = part.findIndex((one) => is(one, 'REFERENCES'));
    const { schema: there, table: other, end } = tableAt(part, from + 1, into);
    const names = (tokens: readonly Token[]) =>
      tokens.flatMap((one) => (is(one, ',', '(', ')') ? [] : [one.text]));
    const references = names(part.slice(end));
    for (const [at, column] of names(part.slice(2, from)).entries()) {
      const key = `SYS_CONSTRAINT_${nth}`;
      insert.run(into, table, key, column, at + 1, there, other, references[at] ?? '');
    }
  }
}

/** What `SHOW IMPORTED KEYS` tells of a table. */
export function importedBy(engine: DatabaseSync, from: string, table: string) {
  const names = [
    ...['pk_schema_name', 'pk_table_name', 'pk_column_name', 'fk_column_name'],
    ...['key_sequence', 'fk_name'],
  ];
  const rows = engine
    .prepare(`select ${names} from imported where schema = ? and "table" = ?`)
    .all(from, table);
  return {
    names: ['pk_database_name', ...names],
    rows: rows.map((row) => ['HEDDLE', ...names.map((name) => String(row[name]))]),
  };
}

/** `ALTER TABLE name ADD COLUMN declaration`. */
export function addColumn(engine: DatabaseSync, tokens: readonly Token[], own: string): void {
  const { name, schema: into, table, end } = tableAt(tokens, 2, own);
  const [column] = declaredIn(tokens.slice(end + 2)).columns as [Declared];
  engine.exec(`alter table ${quoted(name)} add column ${shapeOf(column)}`);
  const place = columnsOf(engine, into, table).columns.length + 1;
  note(engine, into, table, column, place, 0);
}

export function dropTable(engine: DatabaseSync, tokens: readonly Token[], own: string): void {
  const from = is(tokens[2], 'IF') ? 4 : 2;
  const { name, schema: into, table } = tableAt(tokens, from, own);
  engine.exec(`drop table if exists ${quoted(name)}`);
  engine.prepare('delete from tables where schema = ? and name = ?').run(into, table);
  for (const kept of ['columns', 'imported']) {
    engine.prepare(`delete from ${kept} where schema = ? and "table" = ?`).run(into, table);
  }
}

export function columnsOf(engine: DatabaseSync, from: string, table: string) {
  const rows = engine
    .prepare('select * from columns where schema = ? and "table" = ? order by place')
    .all(from, table) as { name: string; type: string; nullable: number; key: number }[];
  if (rows.length === 0) {
    const message = `SQL compilation error: Object '${from}.${table}' does not exist or not authorized.`;
    throw new Refusal('002003', '02000', message);
  }
  const columns = rows.map(({ name, type, nullable }) => {
    return { name, type: JSON.parse(type) as ColumnType, isNullable: nullable === 1 };
  });
  const keys = rows.filter(({ key }) => key > 0).sort((a, b) => a.key - b.key);
  return { columns, key: keys.map(({ name }) => name) };
}

function requireSchema(engine: DatabaseSync, name: string): void {
  if (engine.prepare('select 1 from schemata where name = ?').get(name)) return;
  const message = `SQL compilation error: Schema '${name}' does not exist or not authorized.`;
  throw new Refusal('002003', '02000', message);
}

function indexOfTable(tokens: readonly Token[]): number {
  return tokens.findIndex((token) => is(token, 'TABLE'));
}

function make(
  engine: DatabaseSync,
  into: string,
  table: string,
  columns: readonly Declared[],
  key: readonly string[],
): void {
  // A key is told, and not held to: that is so there.
  const shapes = columns.map(shapeOf).join(', ');
  engine.exec(`create table ${quoted(`${into}.${table}`)} (${shapes})`);
  engine.prepare("insert into tables values (?, ?, 'BASE TABLE')").run(into, table);
  for (const [at, column] of columns.entries()) {
    note(engine, into, table, column, at + 1, key.indexOf(column.name) + 1);
  }
}

function note(
  engine: DatabaseSync,
  into: string,
  table: string,
  { name, type, isNullable }: Declared,
  place: number,
  key: number,
): void {
  engine
    .prepare('insert into columns values (?, ?, ?, ?, ?, ?, ?)')
    .run(into, table, name, place, JSON.stringify(type), isNullable && key === 0 ? 1 : 0, key);
}

function shapeOf({ name, type, isNullable }: Declared): string {
  const column = quoted(name);
  const check = type.length === undefined ? '' : ` check (length(${column}) <= ${type.length})`;
  return `${column} blob${isNullable ? '' : ' not null'}${check}`;
}

/** The columns of a declaration, and those of its key. */
function declaredIn(tokens: readonly Token[]) {
  const columns: Declared[] = [];
  const key: string[] = [];
  for (const part of parted(tokens)) {
    if (is(part[0], 'FOREIGN')) continue;
    if (is(part[0], 'PRIMARY')) {
      key.push(...part.slice(3, -1).flatMap((one) => (is(one, ',') ? [] : [one.text])));
      continue;
    }
    const [name, word] = part;
    const sizes = is(part[2], '(')
      ? part
          .slice(
            3,
            part.findIndex((one) => is(one, ')')),
          )
          .flatMap((one) => Number(one.text) || (one.text === '0' ? 0 : []))
      : [];
    const type = typeOf(word?.text ?? '', sizes);
    if (!type) throw new Refusal('002040', '42S00', `Unsupported data type '${word?.text}'.`);
    const isNullable = !part.some((one, at) => is(one, 'NOT') && is(part[at + 1], 'NULL'));
    columns.push({ name: name!.text, type, isNullable });
  }
  return { columns, key };
}

/** Parts between the commas that are in no parentheses. */
export function parted(tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (is(token, '(')) depth += 1;
    if (is(token, ')')) depth -= 1;
    if (depth === 0 && is(token, ',')) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return parts;
}

/** What the engine calls a column, for which its origin is sought. */
export function originOf(
  engine: DatabaseSync,
  table: string,
  column: string,
): ColumnType | undefined {
  const row = engine
    .prepare('select type, schema, "table", name from columns')
    .all()
    .find(
      (one) =>
        mangled(`${one.schema}.${one.table}`) === table && mangled(String(one.name)) === column,
    );
  return row && (JSON.parse(String(row.type)) as ColumnType);
}
