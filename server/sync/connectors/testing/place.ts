import type { Session } from '../connector.ts';
import { makeDatabase } from './databases.ts';
import { makeFile } from './files.ts';
import { makeSchema } from './mariadbs.ts';

/** A system that tests read from and write to, whichever it is. */
export type TestPlace = {
  name: 'postgres' | 'mysql' | 'sqlite';
  /** A session of the connector, ended with the rest. */
  open(): Promise<Session>;
  run(sql: string): Promise<unknown>;
  /** The rows of a query as texts, in their order as such. */
  rows(query: string): Promise<string[]>;
  end(): Promise<void>;
};

export async function makePostgres(): Promise<TestPlace> {
  const { admin, open, end } = await makeDatabase();
  return {
    name: 'postgres',
    open,
    run: (sql) => admin.query(sql),
    rows: async (query) => {
      const { rows } = await admin.query({ text: query, rowMode: 'array' });
      return rows.map(shown).sort();
    },
    end,
  };
}

export async function makeSqlite(): Promise<TestPlace> {
  const { admin, open, end } = await makeFile();
  return {
    name: 'sqlite',
    open,
    run: async (sql) => admin.exec(sql),
    rows: async (query) => {
      const statement = admin.prepare(query);
      statement.setReturnArrays(true);
      return (statement.all() as unknown as unknown[][]).map(shown).sort();
    },
    end,
  };
}

export async function makeMysql(): Promise<TestPlace> {
  const { admin, open, end } = await makeSchema();
  return {
    name: 'mysql',
    open,
    run: (sql) => admin.query(sql),
    rows: async (query) => {
      const [rows] = await admin.query(query);
      return (rows as unknown[][]).map(shown).sort();
    },
    end,
  };
}

function shown(row: unknown[]): string {
  return row.map((cell) => (cell instanceof Date ? cell.toISOString() : String(cell))).join('|');
}
