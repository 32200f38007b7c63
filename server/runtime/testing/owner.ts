import pg from 'pg';
import { type Address, connectTo, type Role } from '../database/connection.ts';

type Row = Record<string, unknown>;
export type Connection = {
  /** Rows of a statement, or of the last one of several. */
  rows<R extends object = Row>(text: string, values?: unknown[]): Promise<R[]>;
  end(): Promise<void>;
};

/** A connection of a test's own, past everything that the server puts before the database. */
export async function connect(address: Address, role: Role = 'owner'): Promise<Connection> {
  const client = new pg.Client(connectTo(address, role, 'heddle test'));
  client.on('error', () => undefined);
  await client.connect();
  return {
    rows: async <R extends object>(text: string, values: unknown[] = []) =>
      (await client.query(text, values)).rows as R[],
    end: () => client.end(),
  };
}

/** One statement as the owner of the database. */
export async function asOwner<R extends object = Row>(
  address: Address,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  const connection = await connect(address);
  try {
    return await connection.rows<R>(text, values);
  } finally {
    await connection.end();
  }
}
