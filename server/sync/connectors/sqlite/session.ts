import { existsSync } from 'node:fs';
import type { Session } from '../connector.ts';
import type { Outside } from '../outside-contract.ts';
import { Links } from '../sql/links.ts';
import { describeTable, listObjects, relationsOf, requireTable } from './catalogue.ts';
import { Link } from './link.ts';
import { read } from './read.ts';
import { apply, query } from './records.ts';
import { State } from './state.ts';
import { write } from './write.ts';

export class SqliteSession implements Session {
  readonly #path: string;
  readonly #outside: Outside;
  readonly #links: Links<Link>;

  constructor(path: string, outside: Outside) {
    this.#path = path;
    this.#outside = outside;
    this.#links = new Links(() => this.#open(false), outside.signal);
  }

  /** Looks, and makes nothing: a name that was mistyped would be a new database. */
  async check() {
    const path = await this.#outside.localPath(this.#path);
    if (!existsSync(path)) {
      return {
        warnings: [`There is no file ${this.#path} yet; it is made when it is written to.`],
      };
    }
    const link = await Link.open(path, true);
    await link.all('select count(*) from sqlite_schema').finally(() => link.close());
    return { warnings: [] };
  }

  objects(asked: { search?: string; after?: string; limit: number }) {
    return this.#links.briefly((link) => listObjects(link, asked));
  }

  async describe(object: string) {
    return describeTable(await this.#links.briefly((link) => requireTable(link, object)));
  }

  relations(object: string) {
    return this.#links.briefly(async (link) => relationsOf(link, await requireTable(link, object)));
  }

  async read(request: Parameters<Session['read']>[0]) {
    return read(await this.#links.alone(request.signal, () => this.#open(true)), request);
  }

  query(request: Parameters<Session['query']>[0]) {
    return this.#links.briefly((link) => query(link, request));
  }

  async write(request: Parameters<Session['write']>[0]) {
    return write(await this.#links.alone(request.signal), request);
  }

  apply(request: Parameters<Session['apply']>[0]) {
    return this.#links.briefly((link) => apply(link, request));
  }

  async forget({ state, isGone }: Parameters<NonNullable<Session['forget']>>[0]) {
    if (!existsSync(await this.#outside.localPath(this.#path))) return;
    await this.#links.briefly((link) => new State(link, { ...state, runId: '' }).forget(isGone));
  }

  async close() {
    await this.#links.close();
  }

  async #open(isReadOnly: boolean): Promise<Link> {
    return Link.open(await this.#outside.localPath(this.#path), isReadOnly);
  }
}
