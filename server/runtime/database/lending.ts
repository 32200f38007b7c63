import type pg from 'pg';
import { type Connections, inTime } from './connections.ts';
import { isGone } from './failures.ts';

/** As much of `pg.Pool` as a query builder needs. */
export type Lending = { connect(): Promise<Loan>; end(): Promise<void> };

type Loan = {
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  release(): void;
};

/** Lends connections to a library: each of its statements and transactions runs as the role. */
export function lend(connections: Connections): Lending {
  return {
    connect: async () => loan(connections, await connections.checkOut()),
    end: () => connections.close(),
  };
}

function loan(connections: Connections, client: pg.PoolClient): Loan {
  let inTransaction = false;
  let isBroken = false;
  const send = async (text: string, values?: unknown[]): Promise<pg.QueryResult> => {
    const [verb] = text.trimStart().toLowerCase().split(/\s/, 1) as [string];
    if (['begin', 'start'].includes(verb)) {
      inTransaction = true;
      const [entered] = await Promise.all([
        connections.enter(client),
        client.query(inTime({ text: '' })),
      ]);
      return entered;
    }
    if (['commit', 'rollback'].includes(verb) && !/\bto\b/i.test(text)) inTransaction = false;
    else if (!inTransaction) return connections.flight(client, text, values);
    return client.query(inTime({ text, ...(values && { values }) }));
  };
  return {
    async query(text, values) {
      try {
        return await send(text, values);
      } catch (error) {
        connections.doubt(error, client);
        isBroken ||= isGone(error);
        throw error;
      }
    },
    release: () => connections.release(client, isBroken || inTransaction),
  };
}
