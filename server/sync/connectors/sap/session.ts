import { matchName } from '../../conventions/names.ts';
import type {
  ApplyRequest,
  ApplyResult,
  Checked,
  Description,
  QueryRequest,
  Reading,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { SapClient } from './client.ts';
import type { SapSettings } from './config.ts';
import { encodingOf } from './encoding.ts';
import { readMetadata, type SapObject, type Service } from './metadata.ts';
import { query } from './query.ts';
import { read } from './read.ts';
import { type Operation, type Sending, sendEach } from './sending.ts';
import { requireAble, SapWriter } from './writer.ts';

/** What SAP names the time of the last change: LastChangeDateTime, ChangedAt, ModifiedAt. */
const stamp = /^(last_?)?(chang|modif)/i;

export class SapSession implements Session {
  readonly #client: SapClient;
  readonly #signal: AbortSignal;
  #service: Promise<Service> | undefined;

  constructor(settings: SapSettings, outside: Outside) {
    this.#client = new SapClient(settings, outside);
    this.#signal = outside.signal;
  }

  async check(): Promise<Checked> {
    const { objects } = await this.#described();
    if (objects.length > 0) return { warnings: [] };
    throw new ConnectorError('configuration', 'The service at config.base_url has no entity sets.');
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const sought = search?.toLowerCase() ?? '';
    return (await this.#described()).objects
      .map(({ name }) => ({ name, kind: 'object' as const }))
      .filter(({ name }) => name.toLowerCase().includes(sought))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .filter(({ name }) => after === undefined || name > after)
      .slice(0, limit);
  }

  async describe(name: string): Promise<Description> {
    const { object } = await this.#find(name);
    const { fields, key, cursorFields } = object;
    const stamps = cursorFields.filter((one) => stamp.test(one));
    const cursor = stamps.length === 1 ? { cursor: stamps[0] as string } : {};
    return { name: object.name, fields, key, cursorFields, ...cursor };
  }

  async relations(name: string) {
    return (await this.#find(name)).object.relations;
  }

  async read(request: ReadRequest): Promise<Reading> {
    const found = await this.#find(request.object ?? request.query ?? '');
    return read({ client: this.#client, ...found }, request);
  }

  async query(request: QueryRequest) {
    const found = await this.#find(request.object);
    return query({ client: this.#client, ...found, signal: this.#signal }, request);
  }

  async write(request: WriteRequest): Promise<Writer> {
    requireAble(request);
    const operation = request.mode === 'append' ? 'insert' : 'upsert';
    const sending = await this.#sending({ ...request, operation }, request.signal);
    return new SapWriter(sending, request);
  }

  async apply(request: ApplyRequest): Promise<ApplyResult[]> {
    return sendEach(await this.#sending(request, this.#signal), request.rows);
  }

  async close() {}

  async #sending(
    { object: name, operation, fields, key }: Omit<ApplyRequest, 'rows'>,
    signal: AbortSignal,
  ): Promise<Sending> {
    const { object, version } = await this.#find(name);
    requireAllowed(object, operation);
    const isNew = operation === 'insert';
    const encoding = encodingOf(object, version, { fields, key: isNew ? undefined : key });
    return { client: this.#client, encoding, operation, signal };
  }

  async #find(name: string): Promise<{ object: SapObject; version: Service['version'] }> {
    const { objects, version } = await this.#described();
    const names = objects.map((one) => one.name);
    const found = objects.find((one) => one.name === matchName(names, name));
    if (found) return { object: found, version };
    throw new ConnectorError('missing', `The service has no entity set "${name}".`);
  }

  #described(): Promise<Service> {
    this.#service ??= this.#ask();
    this.#service.catch(() => {
      this.#service = undefined;
    });
    return this.#service;
  }

  async #ask(): Promise<Service> {
    const url = this.#client.urlOf('$metadata');
    const { text, place } = await this.#client.get(url, this.#signal, 'application/xml');
    const service = readMetadata(text, place);
    const { version } = this.#client.settings;
    if (version === undefined || version === service.version) return service;
    const message = `config.odata_version says ${version}, and the service speaks ${service.version}.`;
    throw new ConnectorError('configuration', message);
  }
}

function requireAllowed({ name, can }: SapObject, operation: Operation): void {
  const isAllowed = {
    insert: can.create,
    update: can.update,
    upsert: can.create && can.update,
    delete: can.delete,
  }[operation];
  if (isAllowed) return;
  const message = `The service does not allow to ${operation} ${name}.`;
  throw new ConnectorError('request', message, { field: 'operation' });
}
