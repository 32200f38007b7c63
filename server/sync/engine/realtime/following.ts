import { randomBytes } from 'node:crypto';
import type { Joined, Place, Wanted } from '../../connectors/changes.ts';
import type { WriteRequest } from '../../connectors/connector.ts';
import type { Row } from '../../values/types.ts';
import type { Assignment } from '../assignment.ts';
import { type Course, layCourse } from '../course.ts';
import { type Laid, lay, type Outcome, pausedFor } from '../laying.ts';
import type { Kept, Means } from '../means.ts';
import { Moving } from '../moving.ts';
import { Passage } from '../passage.ts';
import { Places } from '../places.ts';
import type { Source } from '../reading.ts';
import { RunRequests, readRequest } from '../requests.ts';
import type { Follow } from '../runner.ts';
import { Shaping } from '../shaping.ts';
import { standingOf } from '../standing.ts';
import type { Claim } from '../store.ts';
import { Applying, type Ended, pausing, typeChanged } from './applying.ts';
import { EachWriting } from './each.ts';
import type { Membership } from './memberships.ts';
import { isIn, isSameShape } from './shapes.ts';
import { type Way, wayOf } from './way.ts';
import { FollowWriting } from './writing.ts';

type Given = {
  readonly claim: Claim;
  readonly assignment: Assignment;
  readonly ends: Parameters<Follow>[2];
  readonly means: Means & Kept;
  readonly membership: Membership;
};

type Stood = {
  readonly places: Places;
  readonly from: Place;
  readonly isRead: boolean;
  /** The fields of the way that were there at that place. */
  readonly there: Way['fields'];
};

const rereadAtOnce = 1_000;
const rereadBytes = 4 * 2 ** 20;

/** One attempt of a sync to follow its source: by what is there, then by what changes. */
export class Following {
  readonly #given: Given;
  readonly #course: Course;
  readonly #requests: RunRequests;
  /** New fields for which both ends were looked at once more. */
  readonly #looked = new Set<string>();

  constructor(given: Given) {
    this.#given = given;
    const { claim, assignment, means } = given;
    this.#course = layCourse(assignment);
    this.#requests = new RunRequests(claim, assignment, this.#course, means.holding.signal);
  }

  /** Goes on until it cannot: it is never completed. */
  async follow(): Promise<Outcome> {
    for (;;) {
      const ended = await this.#leg();
      if (ended.kind !== 'anew') return ended;
      for (const { name } of ended.fields) this.#looked.add(name);
      // What they hold in records that were there before, no change tells.
      if (ended.fields.some(({ isFilled }) => isFilled)) await this.#given.membership.leave();
    }
  }

  async #leg(): Promise<Ended> {
    const { assignment, ends, means } = this.#given;
    const definition = {
      ...assignment.begun.definition,
      on_schema_change: this.#course.onSchemaChange,
    };
    const laid = await lay(definition, ends, assignment.sync, means.holding.signal);
    await means.report.begin(laid.route);
    const paused = pausedFor(laid.route, definition);
    if (paused) return paused;
    const way = wayOf(definition, laid);
    const stood = await this.#stand(laid, way);
    if ('kind' in stood) return stood;
    return this.#apply(laid, way, stood);
  }

  /** Where it goes on; what was there is moved before that, unless it was. */
  async #stand(laid: Laid, way: Way): Promise<Stood | Outcome> {
    const { membership, means, assignment } = this.#given;
    const { object = null } = assignment.begun.definition.source;
    const wanted = {
      object: laid.described.name ?? object ?? '',
      fields: way.fields.map(({ name }) => name),
      key: laid.route.sourceKey,
    };
    let joined: Joined | undefined;
    try {
      for (;;) {
        const row = await membership.find(wanted.object);
        if (row?.ended) return pausing(row.ended);
        const isAnew =
          assignment.run.request.full_refresh && !row?.joining.startsWith(this.#given.claim.runId);
        if (!row?.joined_at || isAnew) {
          joined = await this.#join(laid, wanted);
          continue;
        }
        const places = new Places(assignment.begun.definition, laid.route, {
          ...means,
          joining: row.joining,
        });
        const kept = joined ? undefined : await this.#kept(laid, places);
        if (kept && row.written && kept.place < row.written) {
          await means.report.note(
            'warning',
            'The destination has lost what it had committed: everything is read anew.',
          );
          await membership.leave();
          continue;
        }
        if (kept && !isSameShape(kept.shape, way.fields)) return pausing(typeChanged(['a field']));
        if (kept) {
          const there = way.fields.filter((field) => isIn(kept.shape, field));
          return { places, from: kept.place, isRead: false, there };
        }
        const moved = await this.#read(joined, row.joining);
        if (moved.kind === 'paused') return moved;
        return { places, from: row.joined_at, isRead: true, there: way.fields };
      }
    } finally {
      await joined?.close();
    }
  }

  /** What was deleted while nobody heard of it is found by comparing both ends only. */
  async #noteWhatStays(): Promise<void> {
    const { assignment, means } = this.#given;
    const { mode } = this.#readingDefinition();
    if (assignment.sync.succeeded_at === null || mode === 'mirror' || mode === 'replace') return;
    const message =
      'What was deleted at the source since it was last followed stays at the destination: with the mode mirror it would go.';
    await means.report.note('warning', message);
  }

  /** What the destination has kept since what was there was read. */
  async #kept(laid: Laid, places: Places): Promise<{ place: Place; shape: string } | undefined> {
    const { ends, assignment, means } = this.#given;
    const request = this.#request(laid, undefined);
    const { telling } = means;
    const known = { run: assignment.run, course: this.#course, places, telling };
    const { position, counts } = await standingOf(ends.destination, request, known);
    if (position === undefined) return undefined;
    const { place, shape } = JSON.parse(places.read(position)) as { place?: Place; shape?: string };
    if (place === undefined || shape === undefined) return undefined;
    if (counts) Object.assign(means.holding.counts, counts);
    means.holding.position = position;
    await means.aside.goOn(position);
    places.goOn(position);
    return { place, shape };
  }

  /** What an earlier reading, of this run or another, has met or finished says nothing of the next one. */
  async #join(laid: Laid, wanted: Wanted): Promise<Joined> {
    const { claim, ends, means, membership } = this.#given;
    const waiting = 'It waits for what is under way at the source, to begin with one state of it.';
    await means.report.note('info', waiting);
    await this.#noteWhatStays();
    const { object, state } = this.#request(laid, undefined);
    await ends.destination.forget?.({ object, state, isGone: false });
    const joining = `${claim.runId}.${randomBytes(4).toString('hex')}`;
    return membership.join(wanted, joining, means.holding.signal);
  }

  async #read(joined: Joined | undefined, joining: string): Promise<Outcome> {
    const { claim, assignment, ends, means } = this.#given;
    const { source, destination } = ends;
    const seen: Source = {
      describe: (object) => source.describe(object),
      read: async (request) => {
        if (!joined) return source.read(request);
        const reading = await source.read({ ...request, snapshot: joined.snapshot });
        // Once it is seen nothing else has to hold it: that would hold back the log of the source.
        return { ...reading, batches: afterFirst(reading.batches, () => joined.close()) };
      },
    };
    const begun = { ...assignment.begun, definition: this.#readingDefinition() };
    const moving = new Moving(
      claim,
      { ...assignment, begun },
      { source: seen, destination },
      { ...means, joining },
    );
    return moving.move();
  }

  /** Where it was allowed that records are deleted, those that are not there any more are. */
  #readingDefinition() {
    const { assignment, ends } = this.#given;
    const { definition } = assignment.begun;
    if (!assignment.run.request.accepted?.includes('deletes')) return definition;
    const mode = (['mirror', 'replace'] as const).find((one) =>
      ends.destinationModes.includes(one),
    );
    return { ...definition, mode: mode ?? definition.mode };
  }

  async #apply(
    laid: Laid,
    way: Way,
    { places, from, isRead, there: fields }: Stood,
  ): Promise<Ended> {
    const { means, membership } = this.#given;
    const { signal } = means.holding;
    means.holding.progress = null;
    const writing = this.#writing(laid, way, places);
    try {
      if (isRead) await writing.begin(from);
      const known = new Set([...laid.described.fields.map(({ name }) => name), ...this.#looked]);
      const there = new Set(fields.map(({ name }) => name));
      const policy = { onNewFields: this.#course.onSchemaChange, known, there };
      const applying = new Applying(laid.described.name ?? '', from, way, { policy, writing });
      return await membership.run(applying, signal);
    } finally {
      await writing.close().catch(() => undefined);
    }
  }

  /** A trigger has every change, other destinations what they come to. */
  #writing(laid: Laid, way: Way, places: Places): FollowWriting | EachWriting {
    const { claim, assignment, ends, means } = this.#given;
    const own = {
      ...{ ...means, places, runId: claim.runId, destination: ends.destination },
      request: (fields: WriteRequest['fields'] | undefined) => this.#request(laid, fields),
      reread: (keys: readonly Row[]) => this.#reread(laid, way, keys),
    };
    if (assignment.sync.watches !== null) return new EachWriting(way, own);
    const { deletesMax } = this.#course;
    return new FollowWriting(way, { ...own, passage: this.#passage(laid, way), deletesMax });
  }

  #passage({ route, known }: Laid, { keep }: Way): Passage {
    const { claim, assignment, means } = this.#given;
    const { organization } = claim;
    const services = { sandbox: means.sandbox, organization, signal: means.holding.signal };
    const shaping = new Shaping(route, keep, means.protectingKey);
    const parts = { shaping, aside: means.aside, route: { ...route, known } };
    return new Passage(services, assignment.begun, parts);
  }

  #request({ route, known }: Laid, fields: WriteRequest['fields'] | undefined): WriteRequest {
    const following = { ...route, mode: 'upsert' as const };
    const request = fields
      ? this.#requests.writing(following, fields)
      : this.#requests.standing({ ...following, known });
    return { ...request, isFollowing: true, isAnew: false, beginning: undefined };
  }

  async #reread({ route }: Laid, way: Way, keys: readonly Row[]): Promise<readonly Row[]> {
    const { assignment, ends, means } = this.#given;
    const rows: Row[] = [];
    for (let at = 0; at < keys.length; at += rereadAtOnce) {
      const reading = await ends.source.read({
        ...readRequest(assignment.begun.definition, route),
        fields: way.fields.map(({ name }) => name),
        key: route.order,
        part: { keys: keys.slice(at, at + rereadAtOnce) },
        ...{ batchBytes: rereadBytes, batchRows: rereadAtOnce, signal: means.holding.signal },
      });
      for await (const batch of reading.batches) rows.push(...batch.rows);
    }
    return rows;
  }
}

/** Does something when the first has come, or there is none. */
function afterFirst<Item>(items: AsyncIterable<Item>, work: () => Promise<void>) {
  const iterator = items[Symbol.asyncIterator]();
  let isDone = false;
  const next = async () => {
    const item = await iterator.next();
    if (!isDone) await work();
    isDone = true;
    return item;
  };
  const end = async () => (await iterator.return?.()) ?? { done: true as const, value: undefined };
  return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}
