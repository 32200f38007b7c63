import { DatabaseSync } from 'node:sqlite';
import { createConnection } from 'mysql2/promise';
import { startMariadb } from '../../../../testing/mariadb.ts';
import { openReference } from '../../values/testing/reference.ts';
import type { Cell, Row } from '../../values/types.ts';
import { columns, rows, rowsIn } from './things.ts';

type Values = readonly (string | number | bigint | Uint8Array)[];

/** A system that holds the things, and answers the ids of those that a condition finds. */
export type System = {
  rows: Row[];
  find(condition: string, values: Values): Promise<string[]>;
  close(): Promise<void>;
};

export async function openPostgres() {
  const reference = await openReference();
  const definitions = columns.map(({ name, postgres }) => `${quoted(name)} ${postgres}`);
  await reference.rows(`create table things (${definitions.join(', ')})`);
  const parameters = columns.map((_, index) => `$${index + 1}`).join(', ');
  for (const row of rows)
    await reference.rows(`insert into things values (${parameters})`, [...row]);
  const find = async (condition: string, values: Values) => {
    const text = `select id from things where ${condition} order by id`;
    return (await reference.rows(text, [...values])).map(([id]) => id!);
  };
  return { rows, find, reference, close: () => reference.close() };
}

export async function openSqlite(): Promise<System> {
  const database = new DatabaseSync(':memory:');
  const known = columns.filter(({ sqlite }) => sqlite !== undefined);
  const definitions = known.map(({ name, sqlite }) => `${quoted(name)} ${sqlite}`);
  database.exec(`create table things (${definitions.join(', ')}) `);
  const insert = database.prepare(`insert into things values (${known.map(() => '?').join(', ')})`);
  const own = rowsIn('sqlite');
  for (const row of own) {
    insert.run(...known.map((column) => stored(column.sqlite!, row[columns.indexOf(column)]!)));
  }
  return {
    rows: own,
    find: async (condition, values) => {
      const statement = database.prepare(`select id from things where ${condition} order by id`);
      return statement.all(...values).map(({ id }) => String(id));
    },
    close: async () => database.close(),
  };
}

export async function openMariadb(): Promise<System> {
  const server = await startMariadb();
  const client = await createConnection({ uri: server.url, charset: 'utf8mb4', timezone: 'Z' });
  await client.query("set sql_mode = 'STRICT_ALL_TABLES', time_zone = '+00:00'");
  const known = columns.filter(({ mariadb }) => mariadb !== undefined);
  const ticked = (name: string) => `\`${name.replaceAll('`', '``')}\``;
  const definitions = known.map(({ name, mariadb }) => `${ticked(name)} ${mariadb}`);
  await client.query(`create table things (${definitions.join(', ')})`);
  const insert = `insert into things values (${known.map(() => '?').join(', ')})`;
  const own = rowsIn('mariadb');
  for (const row of own) {
    const cells = known.map((column) => taken(column.type.kind, row[columns.indexOf(column)]!));
    await client.execute(insert, cells);
  }
  return {
    rows: own,
    find: async (condition, values) => {
      const text = `select id from things where ${condition} order by id`;
      const [found] = await client.execute(text, values as string[]);
      return (found as { id: number }[]).map(({ id }) => String(id));
    },
    close: async () => {
      await client.end();
      await server.stop();
    },
  };
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function stored(type: string, cell: Cell) {
  if (cell === null) return null;
  if (type === 'boolean') return cell === 't' ? 1 : 0;
  if (type === 'integer') return BigInt(cell);
  if (type === 'real') return Number(cell);
  return type === 'blob' ? Buffer.from(cell.slice(2), 'hex') : cell;
}

function taken(kind: string, cell: Cell) {
  if (cell === null) return null;
  if (kind === 'boolean') return cell === 't' ? 1 : 0;
  if (kind === 'bytea') return Buffer.from(cell.slice(2), 'hex');
  return kind === 'timestamptz' ? cell.replace('+00', '') : cell;
}
