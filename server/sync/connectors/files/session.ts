import { closeAll } from '../closing.ts';
import type {
  ApplyRequest,
  Description,
  ObjectName,
  QueryRequest,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { pick } from '../picking.ts';
import { Bucket } from './bucket.ts';
import { Folder } from './folder.ts';
import { filesOf, kindOf } from './names.ts';
import { isCursor } from './news.ts';
import { Opened } from './opened.ts';
import type { Place } from './place.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import type { FilesSettings } from './settings.ts';
import { apply, write } from './write.ts';

export class FilesSession implements Session {
  readonly #settings: FilesSettings;
  readonly #outside: Outside;
  readonly #place: Place;
  readonly #writers = new Set<Writer>();

  constructor(settings: FilesSettings, outside: Outside) {
    this.#settings = settings;
    this.#outside = outside;
    const { where } = settings;
    this.#place = 'path' in where ? new Folder(where.path, outside) : new Bucket(where, outside);
  }

  async check() {
    await this.#place.list();
    return { warnings: [] };
  }

  async objects(asked: { search?: string; after?: string; limit: number }): Promise<ObjectName[]> {
    const search = asked.search?.toLowerCase() ?? '';
    const { after = '' } = asked;
    const files = await this.#place.list();
    return files
      .filter(({ name }) => kindOf(name, this.#settings.kind) !== undefined)
      .filter(({ name }) => name > after && name.toLowerCase().includes(search))
      .slice(0, asked.limit)
      .map(({ name }) => ({ name, kind: 'file' }));
  }

  async describe(object: string): Promise<Description> {
    const fields = await (await this.#open(object)).fields();
    const key = pick(fields, this.#settings.key).map(({ name }) => name);
    const cursorFields = fields.filter(({ type }) => isCursor(type.kind)).map(({ name }) => name);
    return { name: object, fields, key, cursorFields };
  }

  async read(request: ReadRequest) {
    if (request.object === undefined) {
      throw new ConnectorError('request', 'Files have no query language: name an object.', {
        field: 'query',
      });
    }
    return read(await this.#open(request.object), request);
  }

  async query(request: QueryRequest) {
    return query(await this.#open(request.object), request, this.#outside.signal);
  }

  async write(request: WriteRequest) {
    const writer = await write(this.#target, request);
    this.#writers.add(writer);
    return writer;
  }

  async apply(request: ApplyRequest) {
    return apply(this.#target, request);
  }

  async close() {
    const writers = [...this.#writers].map((writer) => () => writer.close());
    await closeAll([...writers, () => this.#place.close()]);
  }

  get #target() {
    return { place: this.#place, settings: this.#settings, outside: this.#outside };
  }

  async #open(object: string): Promise<Opened> {
    const { manner, kind } = this.#settings;
    return new Opened(this.#place, manner, filesOf(object, await this.#place.list(), kind));
  }
}
