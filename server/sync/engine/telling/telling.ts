import type { Clock } from '../../../runtime/clock.ts';
import type { Database, Wall } from '../../../runtime/database/database.ts';
import { type NewEvent, publish } from '../../../runtime/events/events.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { finishedBy } from '../../connectors/finished.ts';
import { keptIn } from '../../syncs/cursor/positions.ts';
import type { Definition } from '../../syncs/definition.ts';
import { sealRecordsTold } from '../../syncs/told/sealing.ts';
import {
  deleteTold,
  insertTold,
  type Reach,
  type RecordEventType,
  type State,
  selectListened,
  type ToldOf,
  type ToldRow,
  takeTold,
} from '../../syncs/told/store.ts';
import type { Claim } from '../store.ts';
import { Left } from './left.ts';
import { type Item, type Pack, packed } from './packing.ts';

/** So long it is known who listens. */
const listenedMilliseconds = 500;
const atOnce = 200;

type Services = { database: Database; keyring: Keyring; clock: Clock };

/** What is kept of a batch, and the last that was kept before it. */
export type Kept = { readonly after: number; readonly upTo: number; readonly before: Last };
type Last = number | undefined;

/**
 * Tells in the event log what a run writes, where somebody listens: kept before that is committed, and
 * told after it, so that none is lost and nothing is told that did not happen.
 */
export class Telling {
  readonly left: Left;
  readonly #services: Services;
  readonly #wall: Wall;
  readonly #claim: Claim;
  readonly #source: Pick<ToldOf, 'connectionId' | 'object'>;
  #listened: { at: number; types: Promise<readonly RecordEventType[]> } | undefined;
  #stateId: string;
  /** The last that is kept and not told yet. */
  #last: Last;

  constructor(services: Services, claim: Claim, source: Definition['source']) {
    this.#services = services;
    this.#claim = claim;
    this.#source = { connectionId: source.connection_id, object: source.object };
    this.#wall = services.database.of(claim.organization);
    this.#stateId = claim.syncId;
    this.left = new Left(this.#wall, services.keyring);
  }

  /** What somebody listens to; undefined: to nothing. */
  async listened(): Promise<ReadonlySet<RecordEventType> | undefined> {
    const now = performance.now();
    if (!this.#listened || now - this.#listened.at > listenedMilliseconds) {
      const types = selectListened(this.#wall.reading, { ...this.#claim, ...this.#source });
      this.#listened = { at: now, types };
    }
    const types = await this.#listened.types;
    return types.length > 0 ? new Set(types) : undefined;
  }

  /**
   * What an earlier attempt has kept is told as far as the destination has it: up to where it stands.
   * With `isWhole` it has nothing before the end.
   */
  async goOn(
    stateId: string,
    { position, isWhole }: { position: string | undefined; isWhole: boolean },
  ): Promise<void> {
    this.#stateId = stateId;
    if (!(await this.left.isThere(this.#state))) return;
    const isOver = position === finishedBy(this.#claim.runId);
    if (isOver) return this.#tell({ upTo: Number.MAX_SAFE_INTEGER });
    const batch = batchIn(position) ?? 0;
    if (!isWhole) {
      await this.#tell({ batch });
      return this.left.read(this.#state);
    }
    await this.#wall.transaction((tx) => deleteTold(tx, this.#state, { batch }));
    this.#last = Number.MAX_SAFE_INTEGER;
  }

  /**
   * Keeps it until `tell`, in place of what was kept of it before. `batch`: how many are committed with
   * it, where a position says that.
   */
  async keep(
    items: readonly Item[],
    batch: number | null,
    instead?: Kept,
  ): Promise<Kept | undefined> {
    const before = instead ? instead.before : this.#last;
    let kept: Kept | undefined;
    for (const packs of portions(packed(items))) {
      const ids = await this.#insert(packs, batch);
      if (ids) kept = { after: kept?.after ?? ids.first - 1, upTo: ids.last, before };
    }
    this.#last = kept?.upTo ?? before;
    if (instead) await this.#delete(instead);
    // Of those that were left, whatever is to be told is kept anew.
    if (this.left.upTo > 0) await this.#delete({ after: 0, upTo: this.left.upTo });
    this.left.upTo = 0;
    return kept;
  }

  /** What was kept last is not to be told. */
  async forget(kept: Kept): Promise<void> {
    await this.#delete(kept);
    this.#last = kept.before;
  }

  /** All that is kept has happened. */
  async tell(): Promise<void> {
    if (this.#last === undefined) return;
    await this.#tell({ upTo: this.#last });
    this.#last = undefined;
  }

  /** It is not known whether what is kept has happened. */
  async undo(): Promise<void> {
    if (this.#last === undefined) return;
    this.#last = undefined;
    await this.left.read(this.#state);
  }

  get #state(): State {
    return { ...this.#claim, stateId: this.#stateId };
  }

  async #insert(packs: readonly Pack[], batch: number | null) {
    const { clock, keyring } = this.#services;
    const rows = packs.map(({ type, about, text }) => {
      return { type, about, sealed: sealRecordsTold(keyring, text) };
    });
    const told = { batch, now: clock.now(), ...this.#source };
    return this.#wall.transaction((tx) => insertTold(tx, this.#state, rows, told));
  }

  async #delete({ after, upTo }: Pick<Kept, 'after' | 'upTo'>): Promise<void> {
    await this.#wall.transaction((tx) => deleteTold(tx, this.#state, { after, upTo }));
  }

  async #tell(reach: Reach): Promise<void> {
    const { organization, syncId } = this.#claim;
    for (let count = atOnce; count === atOnce; ) {
      count = await this.#wall.transaction(async (tx) => {
        const rows = await takeTold(tx, this.#state, reach, atOnce);
        const events = rows.map((row) => eventOf(syncId, row));
        await publish(tx, organization, this.#services.clock.now(), events);
        return rows.length;
      });
    }
  }
}

function* portions(packs: Iterable<Pack>): Generator<Pack[]> {
  let some: Pack[] = [];
  for (const pack of packs) {
    some.push(pack);
    if (some.length < atOnce) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}

/** How many batches are committed at a position, where it says that. */
export function batchIn(position: string | undefined): number | null {
  return position === undefined ? null : (keptIn(position).batch ?? null);
}

function eventOf(syncId: string, row: ToldRow): NewEvent {
  const { type, about, sealed, object, connection_id } = row;
  const data = {
    ...{ sync_id: syncId, connection_id, object },
    ...(about === null ? {} : { about }),
    sealed: sealed.toString('base64'),
  };
  return { type, subject: syncId, data };
}
