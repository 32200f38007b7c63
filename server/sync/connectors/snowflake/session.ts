import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Links } from '../sql/links.ts';
import { apply } from './apply.ts';
import { describeTable, listObjects, type Place, relationsOf, requireTable } from './catalogue.ts';
import type { SnowflakeSettings } from './config.ts';
import { Link } from './link.ts';
import { quoteIn } from './names.ts';
import { read } from './read.ts';
import { query } from './records.ts';
import { forget, write } from './write.ts';

export class SnowflakeSession implements Session {
  readonly #links: Links<Link>;
  readonly #settings: SnowflakeSettings;
  #place: Promise<Place> | undefined;

  constructor(settings: SnowflakeSettings, outside: Outside) {
    this.#settings = settings;
    this.#links = new Links(() => Link.open(settings, outside), outside.signal);
  }

  /** Whether the warehouse answers, and the database is there. */
  async check() {
    await this.#links.briefly(async (link) => {
      const place = await this.#placeBy(link);
      const schemata = quoteIn(place.database, 'INFORMATION_SCHEMA', 'SCHEMATA');
      await link.query(`select count(*) from ${schemata}`);
    });
    return { warnings: [] };
  }

  objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#links.briefly(async (link) => listObjects(link, await this.#placeBy(link), asked));
  }

  describe(object: string) {
    return this.#links.briefly(async (link) => {
      return describeTable(await requireTable(link, await this.#placeBy(link), object));
    });
  }

  relations(object: string) {
    return this.#links.briefly(async (link) => {
      const place = await this.#placeBy(link);
      return relationsOf(link, place, await requireTable(link, place, object));
    });
  }

  async read(request: Parameters<Session['read']>[0]) {
    const link = await this.#links.alone(request.signal);
    return read(link, await this.#placeBy(link), request);
  }

  query(request: Parameters<Session['query']>[0]) {
    return this.#links.briefly(async (link) => query(link, await this.#placeBy(link), request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    const link = await this.#links.alone(request.signal);
    return write(link, await this.#placeBy(link), request);
  }

  apply(request: Parameters<Session['apply']>[0]) {
    return this.#links.briefly(async (link) => apply(link, await this.#placeBy(link), request));
  }

  forget(request: Parameters<NonNullable<Session['forget']>>[0]) {
    return this.#links.briefly(async (link) => forget(link, await this.#placeBy(link), request));
  }

  async close() {
    await this.#links.close();
  }

  /** The database and the schema as they are spelled there. */
  async #placeBy(link: Link): Promise<Place> {
    this.#place ??= this.#askPlace(link);
    this.#place.catch(() => {
      this.#place = undefined;
    });
    return this.#place;
  }

  async #askPlace(link: Link): Promise<Place> {
    const [row] = await link.query('select current_database(), current_schema()');
    const [database, schema] = row ?? [];
    if (database) return { database, schema: schema ?? 'PUBLIC' };
    const { database: given } = this.#settings;
    const message = `There is no database ${given}, or the role of the connection may not use it.`;
    throw new ConnectorError('configuration', message);
  }
}
