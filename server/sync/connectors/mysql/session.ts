import { closeAll } from '../closing.ts';
import type { Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { Links } from '../sql/links.ts';
import type { Place } from '../sql/place.ts';
import { Tunnelled } from '../sql/tunnelled.ts';
import { describeTable, findTable, listObjects, relationsOf, requireTable } from './catalogue.ts';
import { Link } from './link.ts';
import { quoteIn } from './names.ts';
import { read } from './read.ts';
import { apply, query } from './records.ts';
import { State } from './state.ts';
import { placeFor } from './target.ts';
import { write } from './write.ts';

/** MySQL 5.7 and MariaDB 10.2 know what is used here: they compute columns and check JSON. */
const versionMin = { mysql: 5.7, mariadb: 10.2 };

export class MysqlSession implements Session {
  readonly #links: Links<Link>;
  readonly #tunnel: Tunnelled;
  readonly #signal: AbortSignal;

  constructor(place: Place, outside: Outside) {
    this.#tunnel = new Tunnelled(place, outside);
    const open = async () => Link.open(place, outside, await this.#tunnel.open());
    this.#signal = outside.signal;
    this.#links = new Links(open, outside.signal);
  }

  async check() {
    const [row] = await this.#links.briefly((link) => link.query('select version()'));
    const version = row?.[0] ?? '';
    const least = /mariadb/i.test(version) ? versionMin.mariadb : versionMin.mysql;
    const [, major, minor] = /(\d+)\.(\d+)/.exec(version.replace(/^5\.5\.5-/, '')) ?? [];
    const [needed, part = 0] = String(least).split('.').map(Number);
    if (Number(major) < needed! || (Number(major) === needed && Number(minor) < part)) {
      throw new ConnectorError('configuration', 'MySQL 5.7 or MariaDB 10.2 or later is needed.');
    }
    return { warnings: [] };
  }

  async objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#links.briefly((link) => listObjects(link, asked));
  }

  async describe(object: string) {
    return describeTable(await this.#links.briefly((link) => requireTable(link, object)));
  }

  async relations(object: string) {
    return this.#links.briefly(async (link) => relationsOf(link, await requireTable(link, object)));
  }

  async read(request: Parameters<Session['read']>[0]) {
    return read(await this.#links.alone(request.signal), request);
  }

  async query(request: Parameters<Session['query']>[0]) {
    return this.#links.briefly((link) => query(link, request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    return write(await this.#links.alone(request.signal), request);
  }

  async apply(request: Parameters<Session['apply']>[0]) {
    return this.#links.briefly((link) => apply(link, request));
  }

  async forget({ object, state, isGone }: Parameters<NonNullable<Session['forget']>>[0]) {
    // What its lock is held by is not used for anything else.
    const link = await this.#links.alone(this.#signal);
    try {
      const { schema, name } = (await findTable(link, object)) ?? (await placeFor(link, object));
      const kept = new State(link, schema, { ...state, runId: '' });
      await kept.forget(isGone, { table: quoteIn(schema, name) });
    } finally {
      await link.close();
    }
  }

  async close() {
    await closeAll([() => this.#links.close(), () => this.#tunnel.close()]);
  }
}
