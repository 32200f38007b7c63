import { Batch } from '../connectors/batch.ts';
import type {
  Beside,
  ReadRequest,
  Session,
  WriteRequest,
  Writer,
  Written,
} from '../connectors/connector.ts';
import { finishedBy } from '../connectors/finished.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import type { Definition } from '../syncs/definition.ts';
import { isPart } from '../syncs/runs/part.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import type { Aside } from './aside.ts';
import type { Assignment } from './assignment.ts';
import type { Holding } from './holding.ts';
import { type KnownTypes, readAs, typesAt } from './loose.ts';
import { Pace } from './pace.ts';
import { Passage, type Passed } from './passage.ts';
import { layRoute, type Route } from './planning.ts';
import { beginReading, closeReading, type Filtered } from './reading.ts';
import type { Report } from './report.ts';
import { readRequest, writeRequest } from './requests.ts';
import type { Retrying } from './retrying.ts';
import { Shaping } from './shaping.ts';
import { describeSource } from './source.ts';
import type { Claim } from './store.ts';

export type Moved =
  | { kind: 'completed'; position: string | null }
  | { kind: 'paused'; reason: string; planned: number | null; total: number | null };

export type Ends = { source: Session; destination: Session };
export type Means = {
  sandbox: Sandbox;
  protectingKey: Buffer;
  /** Reads what another run set aside; undefined where that was not asked for. */
  retrying: Retrying | undefined;
};

/** What is kept of a run. */
export type Kept = { holding: Holding; report: Report; aside: Aside };

/** One attempt of a run: from where the last one ended to the end, batch by batch. */
export class Moving {
  readonly #claim: Claim;
  readonly #assignment: Assignment;
  readonly #ends: Ends;
  readonly #means: Means;
  readonly #holding: Holding;
  readonly #report: Report;
  readonly #aside: Aside;

  constructor(
    claim: Claim,
    assignment: Assignment,
    ends: Ends,
    { holding, report, aside, ...means }: Means & Kept,
  ) {
    this.#claim = claim;
    this.#assignment = assignment;
    this.#ends = ends;
    this.#means = means;
    this.#holding = holding;
    this.#report = report;
    this.#aside = aside;
  }

  async move(): Promise<Moved> {
    const { definition } = this.#assignment.begun;
    const { source, destination } = this.#ends;
    const own = await describeSource(source, definition, this.#holding.signal);
    const known = await typesAt(destination, definition, own);
    const described = readAs(own, definition, known);
    const policy = { ...definition, on_schema_change: this.#onSchemaChange };
    const route = layRoute(policy, described, this.#assignment.sync.fields);
    await this.#report.begin(route);
    if (route.drift.length > 0 && this.#onSchemaChange === 'pause') {
      return { kind: 'paused', reason: route.drift.join(' '), planned: null, total: null };
    }
    const filter = parseFilters(definition.filters as (string | Condition)[]);
    const position = await this.#position(route);
    // It was killed after its end, before that was stored.
    if (position === finishedBy(this.#claim.runId)) return this.#completed(null);
    await this.#aside.goOn(position);
    if (position === this.#beginning) this.#holding.countAnew();
    const request = readRequest(this.#assignment, route, this.#holding.signal);
    const filtered = await this.#begin(route, position, (part) =>
      beginReading(source, { ...request, ...part }, filter, described.fields),
    );
    try {
      return await this.#pass({ ...route, known }, filtered, position);
    } finally {
      await closeReading(filtered.reading);
    }
  }

  async #begin(
    route: Route,
    position: string | undefined,
    read: (part: Pick<ReadRequest, 'position' | 'part'>) => Promise<Filtered>,
  ): Promise<Filtered> {
    const { retrying } = this.#means;
    if (!retrying) return read(position === undefined ? {} : { position });
    const lost = await retrying.begin(route, position);
    if (lost > 0) await this.#report.note('warning', unfindable(lost));
    return retrying.read((keys) => read({ part: { keys } }));
  }

  /** What it paused for was accepted: new fields are added. */
  get #onSchemaChange(): Definition['on_schema_change'] {
    const { run, begun } = this.#assignment;
    const { on_schema_change } = begun.definition;
    return on_schema_change === 'pause' && run.request.accept ? 'add' : on_schema_change;
  }

  /** What the destination has kept holds, unless somebody has set another since. */
  async #position(route: Route): Promise<string | undefined> {
    const { run } = this.#assignment;
    const asking = await this.#ends.destination.write(this.#writeRequest(route));
    try {
      const kept = await asking.position();
      const isElsewhere = asking.isWhole || asking.keepsPosition;
      const reached = isElsewhere ? undefined : (run.position ?? undefined);
      return kept ?? reached ?? this.#beginning;
    } finally {
      await asking.close();
    }
  }

  /** Where a run begins that has not committed anything. */
  get #beginning(): string | undefined {
    return this.#goesOn ? (this.#assignment.sync.position ?? undefined) : undefined;
  }

  /** Reads only what is new since the last run. */
  get #goesOn(): boolean {
    const { run, begun } = this.#assignment;
    const { cursor_field, mode } = begun.definition;
    if (cursor_field === null || mode === 'replace' || mode === 'mirror') return false;
    return !run.request.full_refresh && !this.#isPart;
  }

  get #isPart(): boolean {
    return isPart(this.#assignment.run.request);
  }

  /** Whether the destination forgets where other runs were. */
  get #isAnew(): boolean {
    return !this.#goesOn || this.#assignment.sync.position_is_set;
  }

  async #pass(
    route: Route & { known: KnownTypes },
    { reading, keep }: Filtered,
    from: string | undefined,
  ): Promise<Moved> {
    const passage = this.#passage(route, keep);
    const pace = new Pace(reading.estimate);
    const batches = reading.batches[Symbol.asyncIterator]();
    let writer: Writer | undefined;
    let position = from ?? null;
    try {
      let coming = this.#next(batches, passage, pace);
      for (;;) {
        const passed = await coming;
        if (!passed) break;
        // One is read while another is written; what goes wrong with it is met when it is awaited.
        coming = this.#next(batches, passage, pace);
        coming.catch(() => undefined);
        writer ??= await this.#openWriter(route, passage.fields);
        await pace.wait('destination', this.#write(writer, passed, passage));
        this.#holding.progress = pace.progress(this.#holding.counts.records_read);
        position = passed.batch.position ?? position;
      }
      writer ??= await this.#openWriter(route, passage.fields);
      if (this.#isPart) await writer.write(Batch.ofRows([], finishedBy(this.#claim.runId)));
      return await this.#finish(writer, position, passage.movesKeys);
    } finally {
      await writer?.close();
    }
  }

  async #next(batches: AsyncIterator<Batch>, passage: Passage, pace: Pace) {
    const next = await pace.wait('source', batches.next());
    if (next.done) return undefined;
    this.#holding.signal.throwIfAborted();
    // A part has no place to go on from, but for what is tried again.
    const isPlaced = !this.#isPart || this.#means.retrying;
    const read = isPlaced ? next.value : next.value.at(undefined);
    return pace.wait('transform', passage.pass(read));
  }

  #passage(route: Route & { known: KnownTypes }, keep: Filtered['keep']): Passage {
    const { sandbox, protectingKey } = this.#means;
    const { organization } = this.#claim;
    const services = { sandbox, organization, signal: this.#holding.signal };
    const shaping = new Shaping(route, keep, protectingKey);
    return new Passage(services, this.#assignment.begun, { shaping, aside: this.#aside, route });
  }

  async #openWriter(route: Route, fields: WriteRequest['fields']): Promise<Writer> {
    const writer = await this.#ends.destination.write(this.#writeRequest(route, fields));
    await this.#report.plan(writer.plan);
    await writer.prepare();
    return writer;
  }

  async #write(writer: Writer, passed: Passed, passage: Passage): Promise<void> {
    const { batch } = passed;
    const refused = await passage.keepRefused(passed);
    let isKept = false;
    const keep: Beside['keep'] = async (rejected) => {
      isKept = true;
      if (rejected.length === 0) return;
      await this.#aside.refuse(batch, passage.fields, passed.identify(rejected));
    };
    const written = await writer.write(batch, { refused, keep });
    const { rejected } = written;
    // Where nothing is committed, nothing can be kept before that.
    const isLate = !isKept;
    if (isLate) await keep(rejected);
    if (batch.position !== undefined && !writer.isWhole) {
      this.#holding.position = batch.position;
      this.#aside.moved(batch.position);
      await this.#means.retrying?.tried(batch.position);
      if (isLate && rejected.length > 0) await this.#holding.beat();
    }
    this.#count(passed, written);
  }

  #count({ read, shaped, unread }: Passed, { written, skipped }: Written): void {
    const { counts } = this.#holding;
    counts.records_read += read.count + unread.length;
    counts.records_written += written;
    counts.records_skipped += skipped + (read.count - shaped.count);
    counts.bytes += read.bytes;
  }

  async #finish(writer: Writer, position: string | null, movesKeys: boolean): Promise<Moved> {
    const { definition } = this.#assignment.begun;
    const { accept } = this.#assignment.run.request;
    const { counts } = this.#holding;
    const unknown = movesKeys ? counts.records_failed : await this.#aside.unknown();
    const deletesMax = unknown > 0 ? 0 : accept ? 100 : definition.max_delete_percent;
    const finished = await writer.finish({ deletesMax });
    const reached = this.#goesOn ? position : null;
    if (finished.isDone) {
      counts.records_deleted += finished.deleted;
      return this.#completed(reached);
    }
    const { planned, total } = finished;
    if (unknown > 0) {
      await this.#report.note('warning', keeping(planned, unknown));
      return this.#completed(reached);
    }
    const reason = `It would delete ${planned} of ${total} records at the destination, more than ${deletesMax} of a hundred.`;
    return { kind: 'paused', reason, planned, total };
  }

  async #completed(position: string | null): Promise<Moved> {
    await this.#means.retrying?.triedAll();
    return { kind: 'completed', position };
  }

  #writeRequest(route: Route, fields?: WriteRequest['fields']): WriteRequest {
    return writeRequest(this.#claim, this.#assignment, route, {
      fields: fields ?? route.columns.map(({ field }) => field),
      adds: this.#onSchemaChange === 'add',
      isAnew: this.#isAnew,
      signal: this.#holding.signal,
    });
  }
}

function unfindable(lost: number): string {
  return `${lost} of the records that were set aside cannot be found again: it is not known which ones they are.`;
}

function keeping(planned: number, unknown: number): string {
  return `Nothing is deleted: ${planned} records of the destination were not read, but ${unknown} were set aside of which it is not known which ones they are.`;
}
