import type { Outside, Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { Tunnel } from '../tunnel.ts';
import { describeTable, listObjects, requireTable } from './catalogue.ts';
import { Link } from './link.ts';
import type { Place } from './place.ts';
import { read } from './read.ts';
import { apply, query } from './records.ts';
import { write } from './write.ts';

const versionMin = 130_000;

export class PostgresSession implements Session {
  readonly #place: Place;
  readonly #outside: Outside;
  readonly #links = new Set<Link>();
  #link: Promise<Link> | undefined;
  #tunnel: Promise<Tunnel> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(place: Place, outside: Outside) {
    this.#place = place;
    this.#outside = outside;
  }

  async check() {
    const { rows } = await this.#briefly((link) =>
      link.query("select current_setting('server_version_num')"),
    );
    if (Number(rows[0]?.[0]) < versionMin) {
      throw new ConnectorError('configuration', 'PostgreSQL 13 or later is needed.');
    }
    return { warnings: [] };
  }

  async objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#briefly((link) => listObjects(link, asked));
  }

  async describe(object: string) {
    return describeTable(await this.#briefly((link) => requireTable(link, object)));
  }

  async read(request: Parameters<Session['read']>[0]) {
    return read(await this.#openAlone(request.signal), request);
  }

  async query(request: Parameters<Session['query']>[0]) {
    return this.#briefly((link) => query(link, request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    return write(await this.#openAlone(request.signal), request);
  }

  async apply(request: Parameters<Session['apply']>[0]) {
    return this.#briefly((link) => apply(link, request));
  }

  async close() {
    await Promise.all([...this.#links].map((link) => link.close()));
    await (await this.#tunnel?.catch(() => undefined))?.close();
  }

  /** What takes no time shares a connection, one after the other. */
  #briefly<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      this.#link ??= this.#open(this.#outside.signal);
      return work(await this.#link);
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  /** Gives up the shared connection first: a system may allow only one. */
  async #openAlone(signal: AbortSignal): Promise<Link> {
    this.#turn = this.#turn.then(async () => {
      const shared = await this.#link?.catch(() => undefined);
      this.#link = undefined;
      await shared?.close();
    });
    await this.#turn;
    return this.#open(signal);
  }

  #tunnelled(): Promise<Tunnel> | undefined {
    const { ssh, host, port } = this.#place;
    if (!ssh) return undefined;
    const opened = this.#tunnel ?? Tunnel.open(ssh, { host, port }, this.#outside);
    this.#tunnel = opened;
    // One that failed is not kept: the next one may come about.
    opened.catch(() => {
      if (this.#tunnel === opened) this.#tunnel = undefined;
    });
    return opened;
  }

  async #open(signal: AbortSignal): Promise<Link> {
    const link = await Link.open(this.#place, this.#outside, await this.#tunnelled());
    this.#links.add(link);
    const abandon = () => void link.abandon();
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon, { once: true });
    return link;
  }
}
