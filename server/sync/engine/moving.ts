import type { Batch } from '../connectors/batch.ts';
import type { Rejected, Session, WriteRequest, Writer, Written } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { finishedBy } from '../connectors/finished.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import type { Row } from '../values/types.ts';
import type { Assignment } from './assignment.ts';
import type { Holding } from './holding.ts';
import { Pace } from './pace.ts';
import { layRoute, type Route } from './planning.ts';
import { beginReading, closeReading, type Filtered } from './reading.ts';
import type { Report } from './report.ts';
import { Shaping } from './shaping.ts';
import { describeSource } from './source.ts';
import type { Claim } from './store.ts';
import { Transforming } from './transforming.ts';

const batchRows = 20_000;
const batchBytes = 4 * 2 ** 20;

export type Moved =
  | { kind: 'completed'; position: string | null }
  | { kind: 'paused'; reason: string; planned: number | null; total: number | null };

export type Ends = { source: Session; destination: Session };
export type Means = {
  sandbox: Sandbox;
  protectingKey: Buffer;
  /** The keys of the records that another run set aside. */
  rejectedKeys(runId: string, route: Route): Promise<readonly Row[]>;
};

/** One attempt of a run: from where the last one ended to the end, batch by batch. */
export class Moving {
  readonly #claim: Claim;
  readonly #assignment: Assignment;
  readonly #ends: Ends;
  readonly #means: Means;
  readonly #holding: Holding;
  readonly #report: Report;

  constructor(
    claim: Claim,
    assignment: Assignment,
    ends: Ends,
    { holding, report, ...means }: Means & { holding: Holding; report: Report },
  ) {
    this.#claim = claim;
    this.#assignment = assignment;
    this.#ends = ends;
    this.#means = means;
    this.#holding = holding;
    this.#report = report;
  }

  async move(): Promise<Moved> {
    const { definition } = this.#assignment.begun;
    const described = await describeSource(this.#ends.source, definition, this.#holding.signal);
    const route = layRoute(definition, described, this.#assignment.sync.fields);
    await this.#report.begin(route);
    if (route.drift.length > 0 && definition.on_schema_change === 'pause') {
      return { kind: 'paused', reason: route.drift.join(' '), planned: null, total: null };
    }
    const filter = parseFilters(definition.filters as (string | Condition)[]);
    const position = await this.#position(route);
    // It was killed after its end, before that was stored.
    if (position === finishedBy(this.#claim.runId)) return { kind: 'completed', position: null };
    const request = { ...this.#readRequest(route, position), ...(await this.#again(route)) };
    const filtered = await beginReading(this.#ends.source, request, filter, described.fields);
    try {
      return await this.#pass(route, filtered, position);
    } finally {
      await closeReading(filtered.reading);
    }
  }

  /** What the destination has kept holds, unless somebody has set another since. */
  async #position(route: Route): Promise<string | undefined> {
    const { run, sync } = this.#assignment;
    const asking = await this.#ends.destination.write(this.#writeRequest(route, []));
    try {
      const kept = await asking.position();
      const reached = asking.isWhole ? undefined : (run.position ?? undefined);
      return kept ?? reached ?? (this.#goesOn ? (sync.position ?? undefined) : undefined);
    } finally {
      await asking.close();
    }
  }

  /** Reads only what is new since the last run. */
  get #goesOn(): boolean {
    const { run, begun } = this.#assignment;
    return begun.definition.cursor_field !== null && !run.request.full_refresh && !this.#isPart;
  }

  get #isPart(): boolean {
    const { from, to, keys, retry_of } = this.#assignment.run.request;
    return Boolean(from || to || keys || retry_of);
  }

  /** Whether the destination forgets where other runs were. */
  get #isAnew(): boolean {
    return !this.#goesOn || this.#assignment.sync.position_is_set;
  }

  /** Only what another run set aside, where that was asked for. */
  async #again(route: Route) {
    const { retry_of } = this.#assignment.run.request;
    if (!retry_of) return {};
    return { part: { keys: await this.#means.rejectedKeys(retry_of, route) } };
  }

  #readRequest({ columns, sourceKey }: Route, position: string | undefined) {
    const { definition } = this.#assignment.begun;
    const { request } = this.#assignment.run;
    const { object, query } = definition.source;
    const { from, to, keys } = request;
    const part = keys ? { keys } : { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    return {
      ...(object === null ? { query: query ?? '' } : { object }),
      fields: columns.map(({ source }) => source.name),
      key: sourceKey,
      ...(definition.cursor_field === null ? {} : { cursorField: definition.cursor_field }),
      ...(definition.cursor_overlap === null ? {} : { overlapSeconds: definition.cursor_overlap }),
      ...(this.#isPart ? { part } : {}),
      ...(position === undefined ? {} : { position }),
      batchBytes,
      batchRows: definition.batch_size ?? batchRows,
      signal: this.#holding.signal,
    };
  }

  #writeRequest({ mode, key, columns }: Route, fields: WriteRequest['fields']): WriteRequest {
    const { definition } = this.#assignment.begun;
    const { destination, on_schema_change } = definition;
    const { runId, syncId, fence } = this.#claim;
    return {
      object: destination.object,
      fields: fields.length > 0 ? fields : columns.map(({ field }) => field),
      key,
      mode,
      delete: destination.delete,
      onSchemaChange: on_schema_change === 'add' ? 'add' : 'ignore',
      metadata: destination.metadata,
      state: { syncId: this.#isPart ? runId : syncId, runId, fence },
      isAnew: this.#isAnew,
      signal: this.#holding.signal,
    };
  }

  async #pass(route: Route, { reading, keep }: Filtered, from: string | undefined): Promise<Moved> {
    const { organization } = this.#claim;
    const { signal } = this.#holding;
    const shaping = new Shaping(route.columns, keep, this.#means.protectingKey);
    const services = { sandbox: this.#means.sandbox, organization, signal };
    const transforming = new Transforming(services, this.#assignment.begun.codes, shaping.fields);
    const pace = new Pace(reading.estimate);
    let writer: Writer | undefined;
    let position = from ?? null;
    try {
      const batches = reading.batches[Symbol.asyncIterator]();
      for (;;) {
        const next = await pace.wait('source', batches.next());
        if (next.done) break;
        signal.throwIfAborted();
        await this.#setAside(shaping, next.value);
        const shaped = shaping.shape(next.value);
        const { batch, rejected } = await pace.wait('transform', transforming.transform(shaped));
        await this.#reject(shaped, shaping.fields, rejected);
        writer ??= await this.#openWriter(route, transforming.fields);
        const written = await pace.wait('destination', writer.write(batch));
        await this.#reject(batch, transforming.fields, written.rejected);
        this.#count(next.value, shaped, batch, written);
        this.#holding.progress = pace.progress(this.#holding.counts.records_read);
        position = batch.position ?? position;
      }
      writer ??= await this.#openWriter(route, transforming.fields);
      return await this.#finish(writer, position);
    } finally {
      await writer?.close();
    }
  }

  async #openWriter(route: Route, fields: WriteRequest['fields']): Promise<Writer> {
    const writer = await this.#ends.destination.write(this.#writeRequest(route, fields));
    await this.#report.plan(writer.plan);
    await writer.prepare();
    return writer;
  }

  /** What could not be read. */
  async #setAside(shaping: Shaping, { unread }: Batch): Promise<void> {
    await this.#report.setAside(
      unread.map((one) => shaping.conceal(one)),
      shaping.fields,
    );
    this.#holding.counts.records_read += unread.length;
    this.#refuse(unread);
  }

  async #reject(
    batch: Pick<Batch, 'rows' | 'subjects'>,
    fields: WriteRequest['fields'],
    rejected: readonly Rejected[],
  ): Promise<void> {
    if (rejected.length === 0) return;
    await this.#report.reject(batch, fields, rejected);
    this.#refuse(rejected);
  }

  /** @throws ConnectorError when a record that is refused ends the run */
  #refuse(refused: readonly { field?: string; reason: string }[]): void {
    const [first] = refused;
    if (!first) return;
    this.#holding.counts.records_failed += refused.length;
    if (this.#assignment.begun.definition.on_error === 'fail') {
      const field = first.field === undefined ? '' : `${first.field}: `;
      throw new ConnectorError('configuration', `A record was refused: ${field}${first.reason}`);
    }
  }

  #count(read: Batch, shaped: Batch, batch: Batch, { written, skipped }: Written): void {
    const { counts } = this.#holding;
    counts.records_read += read.count;
    counts.records_written += written;
    counts.records_skipped += skipped + (read.count - shaped.count);
    counts.bytes += read.bytes;
    this.#holding.position = batch.position ?? this.#holding.position;
  }

  async #finish(writer: Writer, position: string | null): Promise<Moved> {
    const { definition } = this.#assignment.begun;
    const { accept } = this.#assignment.run.request;
    const deletesMax = accept ? 100 : definition.max_delete_percent;
    const finished = await writer.finish({ deletesMax });
    if (!finished.isDone) {
      const { planned, total } = finished;
      const reason = `It would delete ${planned} of ${total} records at the destination, more than ${deletesMax} of a hundred.`;
      return { kind: 'paused', reason, planned, total };
    }
    this.#holding.counts.records_deleted += finished.deleted;
    return { kind: 'completed', position: this.#goesOn ? position : null };
  }
}
