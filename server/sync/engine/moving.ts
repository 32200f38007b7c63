import { loggable } from '../../runtime/log.ts';
import { Batch } from '../connectors/batch.ts';
import type { Beside, Field, ReadRequest, Writer, Written } from '../connectors/connector.ts';
import { finishedBy } from '../connectors/finished.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Row } from '../values/types.ts';
import type { Aside } from './aside.ts';
import type { Assignment } from './assignment.ts';
import { counted, withCounts } from './counting.ts';
import { type Course, layCourse } from './course.ts';
import { withoutGiants } from './giants.ts';
import type { Holding } from './holding.ts';
import { lay, type Outcome, pausedFor } from './laying.ts';
import type { KnownTypes } from './loose.ts';
import type { Ends, Kept, Means } from './means.ts';
import { Pace } from './pace.ts';
import { isThinned, Passage, type Passed } from './passage.ts';
import { Places } from './places.ts';
import type { Route } from './planning.ts';
import { beginReading, closeReading, type Filtered, readAhead } from './reading.ts';
import type { Report } from './report.ts';
import { RunRequests } from './requests.ts';
import { Shaping } from './shaping.ts';
import { type Standing, standingOf } from './standing.ts';
import type { Claim } from './store.ts';
import { toldBy } from './telling/writer.ts';

const earlyMax = 1_000;

/** One attempt of a run: from where the last one ended to the end, batch by batch. */
export class Moving {
  readonly #claim: Claim;
  readonly #assignment: Assignment;
  readonly #course: Course;
  /** With what was accepted since it began. */
  readonly #definition: Definition;
  readonly #requests: RunRequests;
  readonly #ends: Ends;
  readonly #means: Means & Pick<Kept, 'telling'>;
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
    this.#course = layCourse(assignment);
    const { onSchemaChange: on_schema_change } = this.#course;
    this.#definition = { ...assignment.begun.definition, on_schema_change };
    this.#ends = ends;
    this.#means = means;
    const { signal } = holding;
    this.#requests = new RunRequests(claim, assignment, this.#course, signal);
    this.#holding = holding;
    this.#report = report;
    this.#aside = aside;
  }

  async move(): Promise<Outcome> {
    const definition = this.#definition;
    const { source } = this.#ends;
    const laid = await lay(definition, this.#ends, this.#assignment.sync, this.#holding.signal);
    const { route, known, described } = laid;
    await this.#report.begin(route);
    const paused = pausedFor(route, definition);
    if (paused) return paused;
    const filter = parseFilters(definition.filters as (string | Condition)[]);
    const standing = await this.#standing({ ...route, known });
    const { position, places } = standing;
    // It was killed after its end, before that was stored.
    if (position === finishedBy(this.#claim.runId)) return this.#completed(null);
    places.goOn(position);
    await this.#aside.goOn(position);
    const isAtStart = position === undefined || position === this.#course.beginning;
    if (isAtStart) this.#holding.countAnew();
    else Object.assign(this.#holding.counts, standing.counts);
    const filtered = await this.#begin(route, standing, (request) =>
      beginReading(source, request, filter, described.fields),
    );
    try {
      return await this.#pass({ ...route, known, places }, filtered, position);
    } finally {
      await closeReading(filtered.reading);
    }
  }

  async #begin(
    route: Route,
    { position, rowsMax, places }: Standing,
    read: (request: ReadRequest) => Promise<Filtered>,
  ): Promise<Filtered> {
    const request = this.#requests.reading(route, rowsMax);
    const { retrying } = this.#means;
    if (!retrying) {
      const place = position === undefined ? {} : { position: places.read(position) };
      return read({ ...request, ...place });
    }
    const warning = await retrying.begin(route, position);
    if (warning) await this.#report.note('warning', warning);
    return retrying.read((keys) => read({ ...request, part: { keys } }));
  }

  async #standing(route: Route & { known: KnownTypes }): Promise<Standing> {
    const { run, sync } = this.#assignment;
    const places = new Places(this.#definition, route, this.#means);
    const request = this.#requests.standing(route);
    const { telling } = this.#means;
    const known = { run, course: this.#course, places, telling };
    const standing = await standingOf(this.#ends.destination, request, known);
    const { position, isUnsaid } = standing;
    // From here on the destination keeps what is below the cursor that somebody had set.
    if (this.#course.goesOn && sync.position_is_set) await this.#report.cursorTaken();
    if (isUnsaid && position !== undefined) await this.#holding.hear(position);
    return standing;
  }

  async #pass(
    route: Route & { known: KnownTypes; places: Places },
    { reading, keep }: Filtered,
    from: string | undefined,
  ): Promise<Outcome> {
    const passage = this.#passage(route, keep);
    const { log } = this.#means;
    // A part of everything is not as much as everything.
    const pace = new Pace(this.#course.readsAll ? reading.estimate : undefined);
    const read = reading.batches[Symbol.asyncIterator]();
    const batches = passage.hasCode && !this.#means.retrying ? readAhead(read) : read;
    // Those that were refused before anything came out that says which fields there are.
    const early: Row[] = [];
    let writer: Writer | undefined;
    let position = from ?? null;
    try {
      const { places } = route;
      const { fields } = reading;
      const next = () => this.#next(batches, { passage, pace, places, fields });
      let coming = next();
      for (;;) {
        const passed = await coming;
        if (!passed) break;
        // One is read while another is written; what goes wrong with it is met when it is awaited.
        coming = next();
        coming.catch(() => undefined);
        if (!writer && !passage.isSettled && early.length < earlyMax) {
          early.push(...(await passage.keepRefused(passed)));
          this.#count(passed, { written: 0, skipped: 0 });
          position = passed.batch.position ?? position;
          continue;
        }
        writer ??= await this.#openWriter(route, passage);
        const refused = [...early.splice(0), ...(await this.#setAside(writer, passed, passage))];
        await pace.wait('destination', this.#write(writer, passed, passage, refused));
        this.#holding.progress = pace.progress(this.#holding.counts.records_read);
        position = passed.batch.position ?? position;
      }
      if (!writer) {
        writer = await this.#openWriter(route, passage);
        await this.#writeNothing(writer, position, early);
      }
      if (this.#course.isPart) await writer.write(Batch.ofRows([], finishedBy(this.#claim.runId)));
      return await this.#finish(writer, position, passage.movesKeys);
    } finally {
      await writer?.close().catch((error) => log.warn(loggable(error), 'a writer is not closed'));
    }
  }

  async #next(
    batches: Pick<AsyncIterator<Batch>, 'next'>,
    {
      passage,
      pace,
      places,
      fields,
    }: { passage: Passage; pace: Pace; places: Places; fields: readonly Field[] },
  ) {
    const next = await pace.wait('source', batches.next());
    if (next.done) return undefined;
    this.#holding.signal.throwIfAborted();
    const { position } = next.value;
    const read = next.value.at(this.#placeOf(position, places));
    return pace.wait('transform', passage.pass(withoutGiants(read, fields)));
  }

  /** A part has no place to go on from, but for what is tried again. */
  #placeOf(position: string | undefined, places: Places): string | undefined {
    if (position === undefined || this.#means.retrying) return position;
    return this.#course.isPart ? undefined : places.write(position);
  }

  #passage(route: Route & { known: KnownTypes }, keep: Filtered['keep']): Passage {
    const { sandbox, protectingKey } = this.#means;
    const { organization } = this.#claim;
    const services = { sandbox, organization, signal: this.#holding.signal };
    const shaping = new Shaping(route, keep, protectingKey);
    return new Passage(services, this.#assignment.begun, { shaping, aside: this.#aside, route });
  }

  async #openWriter(route: Route, passage: Passage): Promise<Writer> {
    passage.settle();
    const request = this.#requests.writing(route, passage.fields);
    const { destination } = this.#ends;
    const own = await destination.write(request);
    const writer = toldBy(this.#means.telling, destination, request, own);
    await this.#report.plan(writer.plan);
    await writer.prepare();
    return writer;
  }

  /** What is set aside is known again by where the run stood, which an API does not keep. */
  async #setAside(writer: Writer, passed: Passed, passage: Passage): Promise<readonly Row[]> {
    const isKept = writer.keepsPosition || writer.isWhole;
    if (!isKept && isThinned(passed)) await this.#holding.beatAnew();
    return passage.keepRefused(passed);
  }

  async #write(
    writer: Writer,
    passed: Passed,
    passage: Passage,
    refused: readonly Row[],
  ): Promise<void> {
    const { batch } = passed;
    // Such a system knows no fence: whoever has slept must not write over what came after.
    if (!writer.keepsPosition && !writer.isWhole) await this.#holding.confirm();
    let isKept = false;
    const keep: Beside['keep'] = async (written) => {
      isKept = true;
      const { rejected } = written;
      if (rejected.length > 0) {
        await this.#aside.refuse(batch, passage.fields, passed.identify(rejected));
      }
      const { position } = batch;
      const after = counted(this.#holding.counts, passed, written);
      return position === undefined ? undefined : withCounts(position, this.#claim.runId, after);
    };
    const written = await writer.write(batch, { refused, keep });
    // Where nothing is committed, nothing can be kept before that.
    const isLate = !isKept;
    if (isLate) await keep(written);
    await this.#stand(writer, batch.position);
    if (isLate && written.rejected.length > 0) await this.#holding.beatAnew();
    this.#count(passed, written);
  }

  /** Where nothing came out of all that was read. */
  async #writeNothing(writer: Writer, position: string | null, refused: readonly Row[]) {
    const nothing = Batch.ofRows([], position ?? undefined);
    await writer.write(nothing, { refused, keep: async () => nothing.position });
    await this.#stand(writer, nothing.position);
  }

  async #stand(writer: Writer, position: string | undefined): Promise<void> {
    if (position === undefined || writer.isWhole) return;
    this.#holding.position = position;
    this.#aside.moved(position);
    await this.#means.retrying?.tried(position);
  }

  #count(passed: Passed, written: Omit<Written, 'rejected'>): void {
    const { counts } = this.#holding;
    Object.assign(counts, counted(counts, passed, written));
  }

  async #finish(writer: Writer, position: string | null, movesKeys: boolean): Promise<Outcome> {
    const { counts } = this.#holding;
    const unknown = movesKeys ? counts.records_failed : await this.#aside.unknown();
    const deletesMax = unknown > 0 ? 0 : this.#course.deletesMax;
    // What is written at once at the end knows no fence, and keeps no counts.
    await this.#holding.confirm();
    const finished = await writer.finish({ deletesMax });
    const reached = this.#course.leads ? position : null;
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

  async #completed(position: string | null): Promise<Outcome> {
    await this.#means.retrying?.triedAll();
    return { kind: 'completed', position };
  }
}

function keeping(planned: number, unknown: number): string {
  return `Nothing is deleted: ${planned} records of the destination were not read, but ${unknown} were set aside of which it is not known which ones they are.`;
}
