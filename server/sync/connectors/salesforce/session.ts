import type { ApplyRequest, QueryRequest, Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { apply } from './apply.ts';
import { SalesforceClient } from './client.ts';
import type { SalesforceSettings } from './config.ts';
import { Counts } from './counts.ts';
import { objectOf, type SalesforceObject } from './fields.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import { SalesforceWriter } from './writer.ts';

type Summary = { readonly name: string; readonly queryable: boolean };

export class SalesforceSession implements Session {
  readonly #client: SalesforceClient;
  readonly #counts: Counts;
  readonly #described = new Map<string, Promise<SalesforceObject>>();

  constructor(settings: SalesforceSettings, outside: Outside) {
    this.#client = new SalesforceClient(settings, outside);
    this.#counts = new Counts(this.#client);
  }

  async check() {
    const { signal, settings } = this.#client;
    try {
      await this.#client.json({ path: '/limits', signal });
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'missing') throw error;
      const message = `This org does not know config.api_version ${settings.version}.`;
      throw new ConnectorError('configuration', message);
    }
    return { warnings: [] };
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const { signal } = this.#client;
    const said = await this.#client.json({ path: '/sobjects', signal });
    const { sobjects } = said as unknown as { sobjects: Summary[] };
    const sought = search?.toLowerCase() ?? '';
    return sobjects
      .filter(({ name, queryable }) => queryable && name.toLowerCase().includes(sought))
      .map(({ name }) => name)
      .sort()
      .filter((name) => after === undefined || name > after)
      .slice(0, limit)
      .map((name) => ({ name, kind: 'object' as const }));
  }

  describe(name: string): Promise<SalesforceObject> {
    const known = this.#described.get(name) ?? this.#look(name);
    this.#described.set(name, known);
    known.catch(() => this.#described.delete(name));
    return known;
  }

  async relations(name: string) {
    return (await this.describe(name)).relations;
  }

  async read(request: Parameters<Session['read']>[0]) {
    if (request.query !== undefined) {
      const message = 'Salesforce is read by the name of an object, and filters.';
      throw new ConnectorError('request', message, { field: 'query' });
    }
    return read(this.#client, await this.describe(request.object ?? ''), request, this.#counts);
  }

  async query(request: QueryRequest) {
    return query(this.#client, await this.describe(request.object), request);
  }

  async write(request: Parameters<Session['write']>[0]) {
    return new SalesforceWriter(this.#client, await this.describe(request.object), request);
  }

  async apply(request: ApplyRequest) {
    return apply(this.#client, await this.describe(request.object), request);
  }

  async close() {}

  async #look(name: string): Promise<SalesforceObject> {
    const { signal } = this.#client;
    if (/^\w+$/.test(name)) {
      const described = await this.#client
        .json({ path: `/sobjects/${name}/describe`, signal })
        .catch((error) => {
          if (error instanceof ConnectorError && error.kind === 'missing') return undefined;
          throw error;
        });
      if (described !== undefined) return objectOf(described);
    }
    throw new ConnectorError('missing', `There is no object "${name}" in this org.`);
  }
}
