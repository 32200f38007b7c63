import type { SalesforceClient } from './client.ts';
import { countBy } from './pages.ts';
import { ApiRefusal } from './refusal.ts';
import { countOf } from './soql.ts';

/** How many records there are, asked once in a session. */
export class Counts {
  readonly #client: SalesforceClient;
  readonly #known = new Map<string, Promise<number>>();

  constructor(client: SalesforceClient) {
    this.#client = client;
  }

  /** Infinity where there are too many to be counted. @throws ConnectorError */
  of(from: string, where: readonly string[], signal: AbortSignal): Promise<number> {
    const soql = countOf({ from, where });
    const known = this.#known.get(soql) ?? this.#ask(soql, signal);
    this.#known.set(soql, known);
    known.catch(() => this.#known.delete(soql));
    return known;
  }

  async #ask(soql: string, signal: AbortSignal): Promise<number> {
    try {
      return await countBy(this.#client, soql, signal);
    } catch (error) {
      if (error instanceof ApiRefusal && error.said.code === 'QUERY_TIMEOUT') {
        return Number.POSITIVE_INFINITY;
      }
      throw error;
    }
  }
}
