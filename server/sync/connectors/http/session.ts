import { toJson } from '../../values/json.ts';
import type { ApplyRequest, Description, QueryRequest, Session } from '../connector.ts';
import type { Outside } from '../outside-contract.ts';
import type { SystemAnswer, SystemRequest } from '../requests.ts';
import { HttpClient } from './client.ts';
import { type HttpObject, type HttpSettings, keyOf, objectOf } from './config.ts';
import { pagesOf } from './pages.ts';
import { query } from './query.ts';
import { type Paged, read, type Since } from './read.ts';
import { fieldsOf } from './records.ts';
import { requestKey, sendEach } from './sending.ts';
import { shapeOf } from './shape.ts';
import { HttpWriter } from './writer.ts';

const cursorKinds = new Set(['timestamp', 'timestamptz', 'date', 'int2', 'int4', 'int8']);

export class HttpSession implements Session {
  readonly #client: HttpClient;
  readonly #signal: AbortSignal;
  readonly #described = new Map<string, Promise<Description>>();

  constructor(settings: HttpSettings, outside: Outside) {
    this.#client = new HttpClient(settings, outside);
    this.#signal = outside.signal;
  }

  async check() {
    const { check_path, objects = {} } = this.#client.settings.config;
    const [first] = Object.values(objects).filter(({ method = 'GET' }) => method === 'GET');
    const path = check_path ?? first?.path;
    const url = this.#client.urlOf(path ?? '');
    // What stands at the base URL says nothing, unless it is that the credentials are wrong.
    const isAnswer = (status: number) => status < 500 && status !== 401 && status !== 403;
    const isGood = (status: number) => path === undefined && status >= 400 && isAnswer(status);
    await this.#client.send({ url, signal: this.#signal }, isGood);
    return { warnings: [] };
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const sought = search?.toLowerCase() ?? '';
    return Object.keys(this.#client.settings.config.objects ?? {})
      .filter((name) => name.toLowerCase().includes(sought))
      .sort()
      .filter((name) => after === undefined || name > after)
      .slice(0, limit)
      .map((name) => ({ name, kind: 'object' as const }));
  }

  describe(name: string): Promise<Description> {
    const object = this.#object(name);
    const known = this.#described.get(object.name) ?? this.#look(object);
    this.#described.set(object.name, known);
    known.catch(() => this.#described.delete(object.name));
    return known;
  }

  async read(request: Parameters<Session['read']>[0]) {
    const object = this.#object(request.object ?? request.query ?? '');
    const { fields } = await this.describe(object.name);
    const pages: Paged['pages'] = (from, since) =>
      pagesOf(this.#client, object, {
        from,
        parameters: parametersOf(object, since),
        signal: request.signal,
      });
    return read({ fields, pages }, request);
  }

  async query(request: QueryRequest) {
    const object = this.#object(request.object);
    const { fields } = await this.describe(object.name);
    const pages = (from?: string) => pagesOf(this.#client, object, { from, signal: this.#signal });
    return query({ fields, pages }, request);
  }

  async write(request: Parameters<Session['write']>[0]) {
    return new HttpWriter(this.#client, this.#object(request.object), request);
  }

  async apply({ object: name, operation, key, fields, rows, idempotencyKey: of }: ApplyRequest) {
    const object = this.#object(name);
    const shape = shapeOf(object, operation, key);
    const signal = this.#signal;
    const sending = { client: this.#client, object, shape, key, fields, signal };
    if (of === undefined) return sendEach(sending, rows);
    const idempotencyKey = (from: number, to: number) =>
      requestKey([of, name, from, rows.slice(from, to)]);
    return sendEach({ ...sending, idempotencyKey }, rows);
  }

  async request({ method, url, headers, body }: SystemRequest): Promise<SystemAnswer> {
    const asked = { method, headers, ...(body === undefined ? {} : { body }) };
    const signal = this.#signal;
    return this.#client.send({ ...asked, url: this.#client.urlOf(url), signal }, () => true);
  }

  async close() {}

  #object(name: string): HttpObject {
    return objectOf(this.#client.settings.config, name);
  }

  async #look(object: HttpObject): Promise<Description> {
    const fields = fieldsOf(object, object.fields ? [] : await this.#firstRecords(object));
    const cursorFields = object.cursor_field
      ? [object.cursor_field]
      : fields.filter(({ type }) => cursorKinds.has(type.kind)).map(({ name }) => name);
    const cursor = object.cursor_field ? { cursor: object.cursor_field } : {};
    return { name: object.name, fields, key: keyOf(object), cursorFields, ...cursor };
  }

  async #firstRecords(object: HttpObject) {
    const pages = pagesOf(this.#client, object, { from: undefined, signal: this.#signal });
    const { value } = await pages.next();
    await pages.return(undefined);
    return value?.records ?? [];
  }
}

/** What asks the API itself for what is new. */
function parametersOf({ cursor_param }: HttpObject, since: Since | undefined) {
  if (cursor_param === undefined || !since) return {};
  return { [cursor_param]: String(toJson(since.field.type, since.from)) };
}
