import type { Static } from 'typebox';
import { operations as allOperations } from '../../../../contract/sync/data.ts';
import type { ExtensionManifest } from '../../../../contract/sync/extension-protocol.ts';
import { matchName } from '../../conventions/names.ts';
import { answeredUntil } from '../answered.ts';
import type {
  ApplyRequest,
  Capabilities,
  Checked,
  Description,
  QueryRequest,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { query } from '../http/query.ts';
import { read } from '../http/read.ts';
import { applied, type Outcome } from '../outcomes.ts';
import type { Calls } from './calls.ts';
import { conditionsOf } from './conditions.ts';
import { describedBy, objectNames } from './describing.ts';
import { pagesOf } from './pages.ts';
import { ExtensionWriter, sendAll, toldOf } from './writing.ts';

export type Manifest = Static<typeof ExtensionManifest>;

const filteredPage = 1_000;

/** What an extension can do, as its manifest says. */
export function capabilitiesOf({ capabilities = {} }: Manifest): Capabilities {
  const { read: reads = true, write: writes = true, query: queries = false } = capabilities;
  const { operations = allOperations } = capabilities;
  return {
    read: reads,
    write: writes,
    query: reads || queries,
    realtime: 'cursor',
    createObject: false,
    modes: [
      ...(writes && operations.includes('upsert') ? (['upsert'] as const) : []),
      ...(writes && operations.includes('insert') ? (['append'] as const) : []),
    ],
  };
}

export class ExtensionSession implements Session {
  readonly #calls: Calls;
  readonly #manifest: Manifest;
  readonly #signal: AbortSignal;
  #described: Promise<Map<string, Description>> | undefined;

  constructor(calls: Calls, manifest: Manifest, signal: AbortSignal) {
    this.#calls = calls;
    this.#manifest = manifest;
    this.#signal = signal;
  }

  async check(): Promise<Checked> {
    const answered = this.#calls.call('check', {}, this.#signal);
    const { ok, message } = await answered.catch((error) => {
      throw withSaid(error);
    });
    const said = this.#calls.shown(message ?? '');
    if (ok) return { warnings: said ? [said] : [] };
    throw new ConnectorError(
      'configuration',
      said || 'The extension says that this does not work.',
    );
  }

  async objects(asked: { search?: string; after?: string; limit: number }) {
    return objectNames(await this.#discovered(), asked);
  }

  async describe(given: string): Promise<Description> {
    const described = await this.#discovered();
    const name = matchName([...described.keys()], given);
    const found = name === undefined ? undefined : described.get(name);
    if (found) return found;
    throw new ConnectorError('missing', `The extension has no object "${given}".`);
  }

  async read(request: ReadRequest) {
    const object = await this.describe(request.object ?? request.query ?? '');
    const { fields } = object;
    const { filter, key, cursorField, signal, batchRows: limit } = request;
    const names = request.fields && namesOf(object, [...request.fields, ...key, cursorField ?? []]);
    return read(
      {
        fields,
        pages: (from, since) => {
          const conditions = conditionsOf(filter, since);
          const wanted = { object, fields: names, filter: conditions, limit, from, signal };
          return pagesOf(this.#calls, wanted);
        },
      },
      request,
    );
  }

  async query(request: QueryRequest) {
    const object = await this.describe(request.object);
    const { filter, limit, orderBy = [] } = request;
    const { read: reads = true, query: isOrdered = false } = this.#manifest.capabilities ?? {};
    if (!reads && !isOrdered) {
      throw new ConnectorError('request', 'The extension cannot read records.', {
        field: 'object',
      });
    }
    const names = request.fields && filter === undefined ? request.fields : undefined;
    // What is left out here is counted within its page, which therefore has one size.
    const size = filter ? filteredPage : limit;
    const pages = (from: string | undefined) =>
      pagesOf(this.#calls, {
        ...{ object, fields: names, filter: conditionsOf(filter, undefined), limit: size, from },
        signal: this.#signal,
        ...(isOrdered ? { orderBy } : {}),
      });
    return query({ fields: object.fields, isOrdered, pages }, request);
  }

  async write(request: WriteRequest): Promise<Writer> {
    const { name } = await this.describe(request.object);
    this.#requireOperation(request.mode === 'append' ? 'insert' : 'upsert', 'mode');
    return new ExtensionWriter(this.#calls, { ...request, object: name });
  }

  async apply(request: ApplyRequest) {
    const { rows, idempotencyKey: key, ...asked } = request;
    this.#requireOperation(asked.operation, 'operation');
    const results = rows.map((): Outcome | undefined => undefined);
    const calls = this.#calls;
    const keyOf = (from: number) => (key === undefined ? null : from ? `${key} ${from}` : key);
    const sending = { ...asked, calls, signal: this.#signal, keyOf };
    try {
      return (await sendAll(sending, rows, results)).map(toldOf).map(applied);
    } catch (error) {
      return answeredUntil(results, error);
    }
  }

  async close() {}

  #requireOperation(operation: ApplyRequest['operation'], field: string): void {
    const { write = true, operations = allOperations } = this.#manifest.capabilities ?? {};
    if (write && operations.includes(operation)) return;
    throw new ConnectorError('request', `The extension cannot ${operation} records.`, { field });
  }

  #discovered(): Promise<Map<string, Description>> {
    this.#described ??= this.#calls.call('discover', {}, this.#signal).then(describedBy);
    this.#described.catch(() => {
      this.#described = undefined;
    });
    return this.#described;
  }
}

/** A check meets no records: what was said of it may stand in the reason. */
function withSaid(error: unknown): unknown {
  if (!(error instanceof ConnectorError) || !error.upstream) return error;
  const { kind, message, upstream, retryAfterSeconds, cause } = error;
  const more = { upstream, cause, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
  return new ConnectorError(kind, `${message} It says: ${upstream}`, more);
}

/** As the extension spells them, each once. */
function namesOf({ fields }: Description, wanted: readonly (string | string[])[]): string[] {
  const known = fields.map(({ name }) => name);
  return [...new Set(wanted.flat().flatMap((one) => matchName(known, one) ?? []))];
}
