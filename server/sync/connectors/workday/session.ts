import { matchName } from '../../conventions/names.ts';
import type { Row } from '../../values/types.ts';
import type {
  ApplyResult,
  Checked,
  Description,
  QueryRequest,
  Reading,
  ReadRequest,
  Session,
  Writer,
} from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { queryListing } from '../listing.ts';
import type { Outside } from '../outside-contract.ts';
import { type Collection, collections } from './catalogue.ts';
import { pageSize, WorkdayClient } from './client.ts';
import type { ReportConfig, WorkdaySettings } from './config.ts';
import { fieldsOf, type InstanceField, type Read, rowOf } from './instances.ts';
import { readInstances } from './read-instances.ts';
import { entriesIn, readReport } from './read-report.ts';
import { describeReport, entryRowOf } from './reports.ts';

/** A report is executed again for what is behind so many pages. */
const entriesMax = 1_000;

type Found = { readonly report: ReportConfig } | { readonly collection: Collection };

export class WorkdaySession implements Session {
  readonly #client: WorkdayClient;
  readonly #signal: AbortSignal;
  readonly #described = new Map<string, Promise<Description>>();

  constructor(settings: WorkdaySettings, outside: Outside) {
    this.#client = new WorkdayClient(settings, outside);
    this.#signal = outside.signal;
  }

  async check(): Promise<Checked> {
    const { reports, hasToken } = this.#client.settings;
    for (const { name } of reports) await this.describe(name);
    if (!hasToken && reports.length === 0) {
      const message =
        'With a user and a password only reports can be read: name them in config.reports, or give a client of OAuth.';
      throw new ConnectorError('configuration', message);
    }
    if (!hasToken) return { warnings: [] };
    try {
      const { path } = collections[0] as Collection;
      await this.#client.page(path, { offset: 0, limit: 1, signal: this.#signal });
      return { warnings: [] };
    } catch (error) {
      const isOnlyReports = reports.length > 0 && error instanceof ConnectorError;
      if (!isOnlyReports || error.kind === 'retry') throw error;
      return { warnings: [`Reports can be read, workers not: ${error.message}`] };
    }
  }

  async objects({ search, after, limit }: { search?: string; after?: string; limit: number }) {
    const sought = search?.toLowerCase() ?? '';
    return this.#names()
      .filter((name) => name.toLowerCase().includes(sought))
      .sort()
      .filter((name) => after === undefined || name > after)
      .slice(0, limit)
      .map((name) => ({ name, kind: 'object' as const }));
  }

  async describe(name: string): Promise<Description> {
    const found = this.#find(name);
    const own = 'report' in found ? found.report.name : found.collection.name;
    const known = this.#described.get(own) ?? this.#look(found);
    this.#described.set(own, known);
    known.catch(() => this.#described.delete(own));
    return known;
  }

  async read(request: ReadRequest): Promise<Reading> {
    const name = request.object ?? request.query ?? '';
    const found = this.#find(name);
    const { fields } = await this.describe(name);
    if ('report' in found) return readReport({ client: this.#client, ...found, fields }, request);
    const { path } = found.collection;
    const own = fields as readonly InstanceField[];
    return readInstances({ client: this.#client, path, fields: own }, request);
  }

  async query(request: QueryRequest) {
    const found = this.#find(request.object);
    const { name, fields, key } = await this.describe(request.object);
    const pages = (from: string | undefined) => {
      const start = Number(from ?? 0);
      return 'report' in found
        ? this.#entryPages(found.report, fields, start)
        : this.#instancePages(found.collection.path, fields as readonly InstanceField[], start);
    };
    return queryListing({ system: 'Workday', name, fields, key, pages }, request);
  }

  async write(): Promise<Writer> {
    throw readOnly();
  }

  async apply(): Promise<ApplyResult[]> {
    throw readOnly();
  }

  async close() {}

  async #look(found: Found): Promise<Description> {
    if ('report' in found) {
      const { text, place } = await this.#client.schema(found.report, this.#signal);
      return describeReport(text, place, found.report);
    }
    const { name, path, members } = found.collection;
    const { instances } = await this.#client.page(path, { offset: 0, signal: this.#signal });
    const fields = fieldsOf(members, instances);
    const key = fields.some((field) => field.name === 'id') ? ['id'] : [];
    return { name, fields, key, cursorFields: [] };
  }

  async *#instancePages(path: string, fields: readonly InstanceField[], start: number) {
    for (let offset = start; ; offset += pageSize) {
      const { instances, total } = await this.#client.page(path, { offset, signal: this.#signal });
      const reached = offset + instances.length;
      const isOver = instances.length === 0 || (total !== undefined && reached >= total);
      const rows = instances.map((one) => shown(rowOf(one, fields)));
      yield { rows, next: isOver ? undefined : String(offset + pageSize) };
      if (isOver) return;
    }
  }

  /** A report has no pages: it is executed again for those behind the first. */
  async *#entryPages(report: ReportConfig, fields: Description['fields'], start: number) {
    let rows: Row[] = [];
    let count = 0;
    for await (const entry of entriesIn(this.#client, report, {}, this.#signal)) {
      count += 1;
      if (count <= start) continue;
      if (rows.length === entriesMax) {
        yield { rows, next: String(count - 1) };
        rows = [];
      }
      rows.push(shown(entryRowOf(entry, fields)));
    }
    yield { rows, next: undefined };
  }

  #names(): string[] {
    const { reports, hasToken } = this.#client.settings;
    const known = hasToken ? collections : [];
    return [...new Set([...reports, ...known].map(({ name }) => name))];
  }

  /** A report, a collection that is known, or one that is named by its path. */
  #find(name: string): Found {
    const { reports, hasToken } = this.#client.settings;
    const matched = matchName(this.#names(), name);
    const report = reports.find((one) => one.name === matched);
    if (report) return { report };
    const collection = collections.find((one) => one.name === matched);
    if (collection) return { collection };
    if (hasToken && /^[\w-]+\/v[\w.]+\/[\w-]+$/.test(name)) {
      return { collection: { name, path: name, members: [] } };
    }
    const isOfApi = !hasToken && collections.some((one) => one.name === name);
    const why = isOfApi ? ': the REST API needs a client of OAuth' : '';
    throw new ConnectorError('missing', `Workday has no report or collection "${name}"${why}.`);
  }
}

/** @throws ConnectorError for what cannot be read, which has no place in an answer */
function shown({ row, problem }: Read): Row {
  if (problem) throw new ConnectorError('configuration', problem.reason);
  return row;
}

function readOnly(): ConnectorError {
  return new ConnectorError('request', 'Workday can be read from only.', {
    field: 'connection_id',
  });
}
