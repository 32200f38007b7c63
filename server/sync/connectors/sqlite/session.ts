import type { Outside, Session } from '../connector.ts';
import { describeTable, listObjects, requireTable } from './catalogue.ts';
import { Link } from './link.ts';
import { read } from './read.ts';
import { apply, query } from './records.ts';
import { write } from './write.ts';

export class SqliteSession implements Session {
  readonly #path: string;
  readonly #outside: Outside;
  readonly #links = new Set<Link>();
  #link: Promise<Link> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(path: string, outside: Outside) {
    this.#path = path;
    this.#outside = outside;
  }

  async check() {
    await this.#briefly((link) => link.all('select count(*) from sqlite_schema'));
    return { warnings: [] };
  }

  objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#briefly((link) => listObjects(link, asked));
  }

  async describe(object: string) {
    return describeTable(await this.#briefly((link) => requireTable(link, object)));
  }

  async read(request: Parameters<Session['read']>[0]) {
    return read(await this.#open(true, request.signal), request);
  }

  query(request: Parameters<Session['query']>[0]) {
    return this.#briefly((link) => query(link, request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    return write(await this.#open(false, request.signal), request);
  }

  apply(request: Parameters<Session['apply']>[0]) {
    return this.#briefly((link) => apply(link, request));
  }

  async close() {
    await Promise.all([...this.#links].map((link) => link.close()));
  }

  /** What takes no time shares a connection, one after the other. */
  #briefly<T>(work: (link: Link) => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      this.#link ??= this.#open(false, this.#outside.signal);
      return work(await this.#link);
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #open(isReadOnly: boolean, signal: AbortSignal): Promise<Link> {
    const link = await Link.open(await this.#outside.localPath(this.#path), isReadOnly);
    this.#links.add(link);
    const abandon = () => void link.abandon();
    if (signal.aborted) abandon();
    signal.addEventListener('abort', abandon, { once: true });
    return link;
  }
}
