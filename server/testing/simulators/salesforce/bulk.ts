import { csvOf, parseCsv } from './csv.ts';
import { ApiFailure, notFound } from './failures.ts';
import { type Answer, type Ask, jsonIn } from './http.ts';
import type { SimulatedObject } from './objects.ts';
import type { Org, SimulatedRecord } from './org.ts';
import { type Operation, save } from './records.ts';
import { parseSoql } from './soql/parse.ts';
import { type Asked, askedOf, heldBy, objectOf, recordsOf } from './soql/run.ts';

type End = 'JobComplete' | 'Aborted' | 'Failed' | 'InProgress';
type Job = {
  readonly id: string;
  readonly operation: string;
  readonly object: string;
  readonly query?: string;
  readonly externalIdFieldName?: string;
  state: 'Open' | 'UploadComplete' | End;
  data: string;
  records: readonly SimulatedRecord[];
  asked: readonly Asked[];
  /** Rows as they were sent, behind the id that they got or the error. */
  succeeded: string[][];
  failed: string[][];
  header: readonly string[];
};

/** The Bulk API 2.0: jobs that query, and jobs that take CSV. */
export class Bulk {
  readonly #org: Org;
  readonly #jobs = new Map<string, Job>();
  /** What becomes of jobs that are looked at from now on. */
  end: End = 'JobComplete';
  /** Records on a page of results at most. */
  pageSize = 50_000;

  constructor(org: Org) {
    this.#org = org;
  }

  /** Those that are known, as `<operation> <state>`. */
  get jobs(): string[] {
    return [...this.#jobs.values()].map(({ operation, state }) => `${operation} ${state}`);
  }

  /** As if their time had come: jobs are kept for some days only. */
  forget(): void {
    this.#jobs.clear();
  }

  answer(ask: Ask): Answer {
    const [, kind, id, part] = ask.path;
    if (kind !== 'query' && kind !== 'ingest') throw notFound();
    if (id === undefined) return this.#open(ask, kind);
    const job = this.#jobs.get(id);
    if (!job) throw notFound();
    if (part !== undefined) return this.#part(ask, job, part);
    if (ask.method === 'DELETE') {
      this.#jobs.delete(id);
      return { status: 204 };
    }
    if (ask.method === 'PATCH') this.#close(job, String(jsonIn(ask).state));
    else if (job.state === 'UploadComplete' || job.state === 'InProgress') this.#work(job);
    return { status: 200, body: infoOf(job) };
  }

  #open(ask: Ask, kind: 'query' | 'ingest'): Answer {
    const given = jsonIn(ask);
    const text = (name: string) => String(given[name] ?? '');
    const object =
      kind === 'query' ? this.#queried(text('query')) : this.#org.object(text('object'));
    if (!object) throw new ApiFailure(400, 'INVALIDENTITY', `Entity '${given.object}' is unknown`);
    if (object.isWithoutBulk) {
      const message = `Entity '${object.name}' is not supported by the Bulk API.`;
      throw new ApiFailure(400, 'INVALIDENTITY', message);
    }
    const id = `7505g0000${String(this.#jobs.size + 1).padStart(6, '0')}AAA`;
    const job: Job = {
      ...{ id, operation: text('operation'), object: object.name },
      ...(kind === 'query' ? { query: text('query') } : {}),
      ...(given.externalIdFieldName ? { externalIdFieldName: text('externalIdFieldName') } : {}),
      state: kind === 'query' ? 'UploadComplete' : 'Open',
      ...{ data: '', records: [], asked: [], succeeded: [], failed: [], header: [] },
    };
    this.#jobs.set(id, job);
    return { status: 200, body: infoOf(job) };
  }

  #queried(soql: string): SimulatedObject {
    const query = parseSoql(soql);
    const object = objectOf(this.#org, query);
    for (const name of query.fields) {
      const { kind } = askedOf(object, name).field;
      if (kind !== 'address' && kind !== 'location') continue;
      const message = 'Selecting compound data not supported in Bulk Query';
      throw new ApiFailure(400, 'API_ERROR', message);
    }
    return object;
  }

  #part(ask: Ask, job: Job, part: string): Answer {
    switch (part) {
      case 'batches':
        if (job.state !== 'Open') throw new ApiFailure(400, 'INVALIDJOBSTATE', 'Job is not open');
        job.data = ask.body;
        return { status: 201 };
      case 'results':
        return this.#results(ask, job);
      case 'successfulResults':
        return csv([['sf__Id', 'sf__Created', ...job.header], ...job.succeeded]);
      case 'failedResults':
        return csv([['sf__Id', 'sf__Error', ...job.header], ...job.failed]);
      case 'unprocessedrecords':
        return csv([job.header]);
      default:
        throw notFound();
    }
  }

  #close(job: Job, state: string): void {
    if (state !== 'UploadComplete' && state !== 'Aborted') {
      throw new ApiFailure(400, 'INVALIDJOBSTATE', `A job cannot be brought to ${state}`);
    }
    job.state = state;
  }

  /** At a look at it: what was asked for is done then, if it ends well. */
  #work(job: Job): void {
    job.state = this.end;
    if (this.end !== 'JobComplete') return;
    if (job.query !== undefined) {
      const query = parseSoql(job.query);
      const object = objectOf(this.#org, query);
      job.records = recordsOf(this.#org, query);
      job.asked = query.fields.map((name) => askedOf(object, name));
      job.header = query.fields;
      return;
    }
    this.#ingest(job);
  }

  #ingest(job: Job): void {
    const object = this.#org.object(job.object) as SimulatedObject;
    const [header = [], ...rows] = parseCsv(job.data);
    job.header = header;
    for (const row of rows) {
      // What is empty is left as it is; these letters make it null.
      const given = header.flatMap((name, at) => {
        const cell = row[at] ?? '';
        return cell === '' ? [] : [[name, cell === '#N/A' ? null : cell]];
      });
      const operation = job.operation as Operation;
      const key = job.externalIdFieldName;
      const saved = save(this.#org, object, operation, Object.fromEntries(given), key);
      if (saved.success) job.succeeded.push([saved.id ?? '', String(saved.created), ...row]);
      else {
        const [{ statusCode, message, fields } = { statusCode: '', message: '', fields: [] }] =
          saved.errors;
        job.failed.push([
          '',
          `${statusCode}:${message}:${fields.join(',')} --`,
          ...row.map(echoOf),
        ]);
      }
    }
  }

  #results(ask: Ask, job: Job): Answer {
    if (job.state !== 'JobComplete') throw notFound();
    const from = Number(Buffer.from(ask.url.searchParams.get('locator') ?? '', 'base64url'));
    const wanted = Number(ask.url.searchParams.get('maxRecords') ?? this.pageSize);
    const to = from + Math.min(wanted, this.pageSize);
    const page = job.records.slice(from, to);
    const rows = page.map((record) => job.asked.map((one) => heldBy(this.#org, record, one)));
    const isLast = to >= job.records.length;
    const answer = csv([job.header, ...rows]);
    return {
      ...answer,
      headers: {
        ...answer.headers,
        'sforce-locator': isLast ? 'null' : Buffer.from(String(to)).toString('base64url'),
        'sforce-numberofrecords': String(page.length),
      },
    };
  }
}

/** As a refused row is answered: what was to become null is empty there. */
function echoOf(cell: string): string {
  return cell === '#N/A' ? '' : cell;
}

function csv(rows: readonly (readonly (string | boolean | null)[])[]): Answer {
  return { status: 200, headers: { 'content-type': 'text/csv' }, text: csvOf(rows) };
}

function infoOf(job: Job) {
  const { id, operation, object, state, externalIdFieldName } = job;
  const isQuery = job.query !== undefined;
  return {
    ...{ id, operation, object, state, contentType: 'CSV', concurrencyMode: 'Parallel' },
    ...(isQuery ? {} : { contentUrl: `services/data/v65.0/jobs/ingest/${id}/batches` }),
    ...(externalIdFieldName === undefined ? {} : { externalIdFieldName }),
    numberRecordsProcessed: isQuery ? job.records.length : job.succeeded.length + job.failed.length,
    ...(isQuery ? {} : { numberRecordsFailed: job.failed.length }),
    ...(state === 'Failed' ? { errorMessage: 'InvalidBatch : Field name not found' } : {}),
  };
}
