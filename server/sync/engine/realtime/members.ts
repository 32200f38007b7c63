import { loggable } from '../../../runtime/log.ts';
import type { ConnectionRow } from '../../connections/store.ts';
import type { Feed, FeedState, Joined, Place, Wanted } from '../../connectors/changes.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import {
  deleteFollowing,
  type FeedClaim,
  type FollowingRow,
  insertFollowing,
  type Standing,
  selectFollowing,
  settleFollowing,
  updateFeedBeginning,
  updateFollowingEnded,
  updateJoined,
} from '../../syncs/following/store.ts';
import type { Outcome } from '../laying.ts';
import type { RunnerServices } from '../runner.ts';
import { type Applying, type Ended, pausing } from './applying.ts';
import { Following } from './following.ts';
import { gone, reasonToGiveUp } from './giving-up.ts';
import { later, noteAway, standingOf } from './lag.ts';
import type { Membership } from './memberships.ts';
import { FeedReader } from './reader.ts';
import { joinedIn, keptIn, leastIn } from './rows.ts';

const lagBytesMax = 2 ** 30;
/** So often in a row the source may be away before its runs fail, and are tried again later. */
const failuresMax = 11;

type Source = { readonly feed: Feed; readonly connection: ConnectionRow };
type FollowGiven = Omit<ConstructorParameters<typeof Following>[0], 'membership'>;

/** The syncs for which one source keeps what changes, and what they have of it. */
export class Members {
  readonly #services: RunnerServices;
  readonly #claim: FeedClaim;
  readonly #feed: Feed;
  readonly #lagBytesMax: number;
  readonly #reader: FeedReader;
  /** By the ids of their syncs: all that are kept for, and those that are told. */
  #rows = new Map<string, FollowingRow>();
  readonly #told = new Map<string, Applying>();
  readonly #reports = new Set<FollowGiven['means']['report']>();
  #state: FeedState | undefined;
  /** As it is stored here, before the source hears of it. */
  #confirmed: Place | null;
  #reading: Promise<void> | undefined;
  /** One after the other: each changes what is kept. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    services: RunnerServices,
    claim: FeedClaim,
    { feed, connection }: Source,
    signal: AbortSignal,
  ) {
    this.#services = services;
    this.#claim = claim;
    this.#feed = feed;
    this.#confirmed = claim.confirmed;
    const { max_lag_bytes: max } = connection.config;
    this.#lagBytesMax = typeof max === 'number' ? max : lagBytesMax;
    this.#reader = new FeedReader(feed, signal);
  }

  get count(): number {
    return this.#rows.size;
  }

  async begin(): Promise<void> {
    await this.settle();
    // Once more is told, nobody knows any more that something was left out.
    const keep = () => this.look().then(() => this.#keep());
    const hear = (error: unknown, failures: number) => this.#hearFailure(error, failures);
    this.#reading = this.#reader.run(keep, hear);
  }

  follow(given: FollowGiven): Promise<Outcome> {
    const membership = this.#membershipOf(given.claim.syncId);
    this.#reports.add(given.means.report);
    const following = new Following({ ...given, membership }).follow();
    return following.finally(() => this.#reports.delete(given.means.report));
  }

  /** Hears which syncs were stopped or deleted since. */
  settle(): Promise<void> {
    // In turn: what is read here knows of nobody who enters meanwhile.
    return this.#inTurn(async () => {
      const rows = await this.#transaction((tx) => settleFollowing(tx, this.#claim));
      const before = [...this.#rows.keys()];
      this.#rows = new Map(rows.map((row) => [row.sync_id, row]));
      const left = before.filter((id) => !this.#rows.has(id));
      if (left.length === 0) return;
      const error = new ConnectorError('retry', 'What changes is not kept for the sync any more.');
      for (const id of left) this.#told.get(id)?.fail(error);
      // While the source is away nothing more is told; with the next stream it hears of it.
      await this.#feed.keep(keptIn(this.#rows)).catch(() => undefined);
    });
  }

  /** Whether a sync has what was there, and is told what changes. */
  hears(syncId: string): boolean {
    return this.#told.has(syncId) && this.#reader.failure === undefined;
  }

  /** Where everybody is, and what the source need not keep any more. */
  standing(): { confirmed: Place | null; standings: Standing[] } {
    const stored = leastIn(this.#rows, (row) => this.#storedOf(row));
    const confirmed = [stored, this.#confirmed].reduce((a, b) => ((a ?? '') > (b ?? '') ? a : b));
    const known = { feed: this.#feed, reader: this.#reader, state: this.#state };
    const standings = [...this.#rows.values()].map((row) => {
      return standingOf(row, this.#storedOf(row), this.#told.get(row.sync_id), known);
    });
    return { confirmed, standings };
  }

  confirm(confirmed: Place | null): void {
    this.#confirmed = confirmed;
    if (confirmed !== null && this.#told.size > 0) this.#feed.confirm(confirmed);
  }

  /** What is too far behind, or not kept any more, is given up. */
  async look(): Promise<void> {
    if (this.#rows.size === 0) return;
    const before = joinedIn(this.#rows).map((row) => ({ row, was: this.#storedOf(row) }));
    const state = await this.#feed.state();
    this.#state = state;
    const [slot, confirmed] = [this.#claim.slot, this.#confirmed];
    const known = { feed: this.#feed, slot, state, confirmed, lagBytesMax: this.#lagBytesMax };
    const ended = before.flatMap(({ row, was }) => {
      const reason = reasonToGiveUp(row, { was, is: this.#storedOf(row) }, known);
      const isSame = this.#rows.get(row.sync_id)?.joining === row.joining;
      return isSame && reason !== undefined ? [{ row, reason }] : [];
    });
    for (const { row, reason } of ended) await this.#end([row], reason);
    if (ended.length > 0) await this.#keep();
  }

  /** Nobody follows any more. */
  async forget(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#feed.stop();
      await this.#feed.keep([]);
    });
  }

  async close(): Promise<void> {
    await this.#feed.stop();
    await this.#reading;
  }

  #membershipOf(syncId: string): Membership {
    const { organization } = this.#claim;
    const { database } = this.#services;
    return {
      find: async (object) => {
        const row = await selectFollowing(database.of(organization).reading, organization, syncId);
        return row && (row.ended || row.object === object) ? row : undefined;
      },
      join: (wanted, joining, signal) => this.#join(syncId, wanted, joining, signal),
      leave: () => this.#leave(syncId, this.#rows.get(syncId)?.joining ?? ''),
      run: (applying, signal) => this.#run(syncId, applying, signal),
    };
  }

  async #join(
    syncId: string,
    wanted: Wanted,
    joining: string,
    signal: AbortSignal,
  ): Promise<Joined> {
    const { organization } = this.#claim;
    try {
      const row = await this.#inTurn(() => this.#enter(syncId, wanted, joining));
      // It may take as long as the longest transaction of the source.
      const joined = await this.#feed.join(signal);
      const { at } = joined;
      const isIn = await this.#transaction((tx) =>
        updateJoined(tx, organization, syncId, { joining, at }),
      );
      if (isIn) {
        this.#rows.set(syncId, { ...row, joined_at: at, stored: at });
        return joined;
      }
      await joined.close();
      throw new ConnectorError('retry', 'The sync was stopped while it began.');
    } catch (error) {
      await this.#leave(syncId, joining).catch(() => undefined);
      throw error;
    }
  }

  async #enter(syncId: string, wanted: Wanted, joining: string): Promise<FollowingRow> {
    const { object, id } = await this.#feed.accept(wanted);
    const known = { sync_id: syncId, object, object_id: id, joining };
    const row = { ...known, joined_at: null, written: null, stored: null, ended: null };
    const isHeld = await this.#transaction((tx) => insertFollowing(tx, this.#claim, known));
    if (!isHeld) throw new ConnectorError('retry', 'Somebody else follows the source by now.');
    this.#rows.set(syncId, row);
    await this.#refuseGone(syncId);
    await this.#feed.keep(keptIn(this.#rows), { object, id });
    if (this.#confirmed === null) await this.#noteBeginning();
    return row;
  }

  /** Where somebody else has joined since, that is left alone. */
  async #leave(syncId: string, joining: string): Promise<void> {
    const { organization } = this.#claim;
    const isOut = await this.#transaction((tx) =>
      deleteFollowing(tx, organization, syncId, joining),
    );
    if (!isOut) return;
    await this.#inTurn(async () => {
      this.#rows.delete(syncId);
      await this.#feed.keep(keptIn(this.#rows));
    });
  }

  /** What others were not told yet cannot be begun anew under the same name. */
  async #refuseGone(but: string): Promise<void> {
    const state = await this.#feed.state();
    if (state && state.status !== 'lost') return;
    const others = joinedIn(this.#rows).filter((row) => row.sync_id !== but);
    await this.#end(others, gone(this.#claim.slot));
    await this.#feed.keep([]);
    this.#confirmed = null;
  }

  /** Of a slot that was just made. */
  async #noteBeginning(): Promise<void> {
    const beginning = (await this.#feed.state())?.stored;
    if (beginning === undefined) return;
    this.#confirmed = beginning;
    await this.#transaction((tx) => updateFeedBeginning(tx, this.#claim, beginning));
  }

  async #run(syncId: string, applying: Applying, signal: AbortSignal): Promise<Ended> {
    // It may have been given up while what was there was read.
    const ended = this.#rows.get(syncId)?.ended;
    if (ended) return pausing(ended);
    this.#told.set(syncId, applying);
    try {
      const attach = () => this.#reader.attach(applying);
      await attach();
      return await applying.run(signal, attach);
    } finally {
      this.#reader.detach(applying);
      this.#told.delete(syncId);
      const [row, { stored }] = [this.#rows.get(syncId), applying];
      if (row) Object.assign(row, { stored: later(row.stored, stored), written: stored });
    }
  }

  /** While the source is away everybody waits; for long, they say so. */
  async #hearFailure(error: unknown, failures: number): Promise<void> {
    const { log } = this.#services;
    const { connectionId: connection } = this.#claim;
    log.warn({ ...loggable(error), connection }, 'a source tells no changes at present');
    if (failures === 1) await noteAway(this.#reports, error);
    await this.look().catch(() => undefined);
    const isFinal = error instanceof ConnectorError && error.kind !== 'retry';
    if (!isFinal && failures < failuresMax) return;
    for (const applying of this.#told.values()) applying.fail(error);
  }

  async #end(rows: readonly FollowingRow[], reason: string): Promise<void> {
    if (rows.length === 0) return;
    const { organization } = this.#claim;
    const ids = rows.map(({ sync_id }) => sync_id);
    await this.#transaction((tx) => updateFollowingEnded(tx, organization, ids, reason));
    for (const row of rows) this.#rows.set(row.sync_id, { ...row, ended: reason });
    for (const id of ids) this.#told.get(id)?.end(pausing(reason));
  }

  #storedOf({ sync_id, stored }: FollowingRow): Place | null {
    const applying = this.#told.get(sync_id);
    return applying ? later(stored, this.#reader.storedBy(applying)) : stored;
  }

  #keep(): Promise<void> {
    return this.#inTurn(() => this.#feed.keep(keptIn(this.#rows)));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #transaction<T>(work: (tx: Parameters<typeof settleFollowing>[0]) => Promise<T>): Promise<T> {
    return this.#services.database.of(this.#claim.organization).transaction(work);
  }
}
