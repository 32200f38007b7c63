import { AsyncLocalStorage } from 'node:async_hooks';
import type pg from 'pg';
import { type Connections, inTime } from './connections.ts';
import { isGone } from './failures.ts';

/** As much of `pg.Pool` as a query builder needs. */
export type Lending = { connect(): Promise<Loan>; end(): Promise<void> };

type Loan = {
  query(text: string, values?: unknown[]): Promise<pg.QueryResult>;
  release(): void;
};

/**
 * What failed first in the work of a library, which may turn it into a refusal of its own: a full
 * disk, or a server that is gone, is not a wrong password.
 */
export const lentWork = new AsyncLocalStorage<{ failure?: unknown }>();

/** Runs a part of that work, and remembers its failure. */
export async function noted<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const work = lentWork.getStore();
    if (work) work.failure ??= error;
    throw error;
  }
}

/** Lends connections to a library: each of its statements and transactions runs as the role. */
export function lend(connections: Connections): Lending {
  return {
    connect: async () => loan(connections, await noted(() => connections.checkOut())),
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
        return await noted(() => send(text, values));
      } catch (error) {
        connections.doubt(error, client);
        isBroken ||= isGone(error);
        throw error;
      }
    },
    release: () => connections.release(client, isBroken || inTransaction),
  };
}
