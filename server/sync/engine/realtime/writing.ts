import { followApart } from '../../connectors/apart.ts';
import type { Changes, Followed, FollowGuard, Place, Unemptied } from '../../connectors/changes.ts';
import type { Field, Session, WriteRequest, Writer } from '../../connectors/connector.ts';
import type { Row } from '../../values/types.ts';
import { parted, withCounts } from '../counting.ts';
import type { Kept, Means } from '../means.ts';
import type { Passage } from '../passage.ts';
import type { Places } from '../places.ts';
import { ToldChanges } from '../telling/changes.ts';
import type { Ended, Writing } from './applying.ts';
import type { Gathered } from './gathering.ts';
import { Incoming, type Made } from './incoming.ts';
import { shapeOf } from './shapes.ts';
import type { Way } from './way.ts';

export type WritingMeans = Means &
  Kept & {
    readonly runId: string;
    readonly destination: Session;
    readonly passage: Passage;
    readonly places: Places;
    /** Of a hundred. */
    readonly deletesMax: number;
    /** With these fields; undefined: those that are known before anything has passed. */
    request(fields: readonly Field[] | undefined): WriteRequest;
    /** Reads records of the source as they are now. */
    reread(keys: readonly Row[]): Promise<readonly Row[]>;
  };

/** Writes what a sync was told, with where that ended. */
export class FollowWriting implements Writing {
  readonly #way: Way;
  readonly #means: WritingMeans;
  readonly #incoming: Incoming;
  /** Of fields that are not known to be all: for what is gone before anything else has passed. */
  #early: Writer | undefined;
  #writer: Writer | undefined;
  #told: { of: Writer; changes: ToldChanges } | undefined;
  #isMovedNoted = false;
  readonly #noted = new Set<string>();

  constructor(way: Way, means: WritingMeans) {
    this.#way = way;
    this.#means = means;
    this.#incoming = new Incoming(way, { ...means, noteMoved: () => this.#noteMoved() });
  }

  /** Keeps where it begins. */
  async begin(at: Place): Promise<void> {
    const nothing = { isEmptied: false, records: [], count: 0, bytes: 0, end: at };
    await this.write(nothing);
  }

  async write(gathered: Gathered): Promise<Ended | undefined> {
    const { holding, aside, places, deletesMax, runId } = this.#means;
    const made = await this.#incoming.make(gathered);
    const writer = await this.#writerFor(made);
    const { end } = gathered;
    const position =
      end === undefined
        ? undefined
        : places.write(JSON.stringify({ place: end, shape: shapeOf(this.#way.fields) }));
    const keep = async (followed: Followed) => {
      await this.#refuse(made, followed);
      const after = { ...holding.counts, ...counted(holding.counts, gathered, followed) };
      return position === undefined ? undefined : withCounts(position, runId, after);
    };
    const { passed: _, ...changes } = made;
    const whole: Changes = { ...changes, isWhole: position !== undefined };
    const guard = { deletesMax, keep, position };
    const followed = await this.#toldOf(writer).follow(whole, guard, (told) =>
      this.#follow(writer, whole, told),
    );
    if ('planned' in followed) return unemptied(followed);
    Object.assign(holding.counts, counted(holding.counts, gathered, followed));
    if (position !== undefined) {
      holding.position = position;
      aside.moved(position);
    }
    return undefined;
  }

  async undo(): Promise<void> {
    await this.#early?.undo?.();
    await this.#writer?.undo?.();
    await this.#means.telling.undo();
  }

  noteDrift(fields: readonly string[]): void {
    const more = fields.filter((name) => !this.#noted.has(name));
    for (const name of more) {
      this.#noted.add(name);
      const message = `The source has a new field ${name}.`;
      void this.#means.report.note('warning', message).catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    await this.#early?.close();
    await this.#writer?.close();
  }

  #toldOf(writer: Writer): ToldChanges {
    if (this.#told?.of === writer) return this.#told.changes;
    const { telling, destination: session, passage, request } = this.#means;
    const asked = request(writer === this.#writer ? passage.fields : undefined);
    const { skipped } = writer.plan;
    const following = { session, request: asked, skipped, isLate: !writer.follow };
    const changes = new ToldChanges(telling, following);
    this.#told = { of: writer, changes };
    return changes;
  }

  async #follow(
    writer: Writer,
    changes: Changes,
    guard: FollowGuard,
  ): Promise<Followed | Unemptied> {
    if (writer.follow) return writer.follow(changes, guard);
    const { destination, passage, request } = this.#means;
    // Such a system knows no fence: whoever has slept must not write over what came after.
    await this.#means.holding.confirm();
    const followed = await followApart(destination, request(passage.fields), changes);
    const position = await guard.keep(followed);
    // Nothing else keeps it: what is done once more comes to the same.
    if (position !== undefined)
      await this.#means.holding.hear(parted(position, this.#means.runId).position);
    return followed;
  }

  /** What code makes of records says which fields there are. */
  async #writerFor({ passed }: Made): Promise<Writer> {
    if (this.#writer) return this.#writer;
    const { passage, destination, report, request } = this.#means;
    if (passage.hasCode && !passed) {
      if (!this.#early) {
        this.#early = await destination.write(request(undefined));
        await this.#early.prepare();
      }
      return this.#early;
    }
    await this.#early?.close();
    this.#early = undefined;
    passage.settle();
    const writer = await destination.write(request(passage.fields));
    this.#writer = writer;
    await report.plan(writer.plan);
    await writer.prepare();
    return writer;
  }

  async #refuse(made: Made, { rejected }: Followed): Promise<void> {
    const { aside, passage } = this.#means;
    const of = (batch: unknown) => rejected.filter((one) => one.of === batch);
    const written = of(made.written);
    if (written.length > 0 && made.passed) {
      await aside.refuse(made.written, passage.fields, made.passed.identify(written));
    }
    const { columns, keyColumns } = this.#way;
    for (const { fields, batch } of made.altered) {
      const own = fields.flatMap((name) => columns.find(({ field }) => field.name === name) ?? []);
      await aside.refuse(
        batch,
        own.map(({ field }) => field),
        of(batch),
      );
    }
    const parts = [made.written, ...made.altered.map(({ batch }) => batch)];
    const gone = rejected.filter((one) => !parts.includes(one.of));
    for (const one of gone)
      await aside.refuse(
        one.of,
        keyColumns.map(({ field }) => field),
        [one],
      );
  }

  async #noteMoved(): Promise<void> {
    if (this.#isMovedNoted) return;
    this.#isMovedNoted = true;
    const message =
      'A transform changes the key, so that it is not known which records are gone: none is deleted.';
    await this.#means.report.note('warning', message);
  }
}

type Counts = Kept['holding']['counts'];

function counted(before: Counts, { count, bytes, records }: Gathered, followed: Followed) {
  return {
    records_read: before.records_read + count,
    records_written: before.records_written + followed.written,
    // Of a record that changed several times, the last one is written.
    records_skipped:
      before.records_skipped + followed.skipped + Math.max(0, count - records.length),
    records_deleted: before.records_deleted + followed.deleted,
    bytes: before.bytes + bytes,
  };
}

function unemptied({ planned, total }: { planned: number; total: number }): Ended {
  const reason = `The source was emptied (TRUNCATE): it would delete ${planned} of ${total} records at the destination.`;
  return { kind: 'paused', reason, planned, total };
}
