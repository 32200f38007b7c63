import { Readable } from 'node:stream';
import { LRUCache } from 'lru-cache';
import type { Booking } from '../../../contract/scheduling/shapes.ts';
import type { ReadContext } from '../../platform/context.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { AppError } from '../../runtime/errors.ts';
import { JsonText } from '../../runtime/http/reply.ts';
import { reachOf } from '../reach.ts';
import { type BookingRow, showBooking } from './shape.ts';
import { type List, type ListPosition, selectBookings, selectListState } from './store.ts';
import { bookingText } from './text.ts';

const pageRows = 5_000;
const keptBytesMax = 32 * 1024 * 1024;
const idMax = Number.MAX_SAFE_INTEGER;

/** A list as it was answered, and until when it is still what would be answered. */
type Kept = { text: Buffer; snapshot: string; life: string; until: Date };

/**
 * The answers that one process keeps. After a crash PostgreSQL gives the numbers of transactions that
 * had not reached the disk to others, and a snapshot from before takes these for seen (decision 24). A
 * crash ends every connection, so nothing is kept past the one that listens.
 */
export class KeptLists {
  readonly #lists = new LRUCache<string, Kept>({
    maxSize: keptBytesMax,
    sizeCalculation: ({ text }) => text.length + 200,
  });
  readonly #listener: Listener;
  /** Counts connections. */
  #age = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
    listener.onLost(() => {
      this.#age += 1;
      this.#lists.clear();
    });
  }

  get age(): number {
    return this.#age;
  }

  get(key: string): Kept | undefined {
    return this.#listener.connected ? this.#lists.get(key) : undefined;
  }

  /** Keeps what was read since `age` was asked for. */
  set(key: string, kept: Kept, age: number): void {
    if (this.#listener.connected && age === this.#age) this.#lists.set(key, kept);
  }
}

/**
 * The bookings of a practice or location. An answer is kept and sent again as long as no booking of
 * the practice has been written since (the database says so, at every call) and no hold or opening
 * in it has ended. A list of more than one page is streamed instead.
 */
export async function listBookings(
  kept: KeptLists,
  ctx: ReadContext,
  place: { practiceId: number } | { locationId: number },
  statuses: readonly string[],
): Promise<JsonText<Booking[]>> {
  const { db, organization, caller, now } = ctx;
  const key = JSON.stringify([organization, place, [...statuses].sort()]);
  const { age } = kept;
  const known = kept.get(key);
  const since = known?.snapshot ?? null;
  const state = await selectListState(db, organization, place, {
    reach: reachOf(caller),
    since,
    now,
  });
  if (!state) throw new AppError('not_found');
  const isCurrent = known?.life === state.life && state.changed === false && now < known.until;
  if (known && isCurrent) return new JsonText(known.text);

  const locationId = 'locationId' in place ? place.locationId : null;
  const list = { practiceId: state.practice_id, locationId, statuses, now };
  const rows = await selectBookings(db, organization, list, beginning(list), pageRows);
  if (rows.length === pageRows) return new JsonText(Readable.from(stream(ctx, list, rows)));
  const text = Buffer.from(`[${rows.map((row) => bookingText(row, now)).join(',')}]`);
  const { snapshot, life } = state;
  kept.set(key, { text, snapshot, life, until: validUntil(rows, state.next_hold_end, now) }, age);
  return new JsonText(text);
}

/** What has started is never open, so a list of open ones begins after now. */
function beginning({ statuses, now }: List): ListPosition {
  const onlyOpen = statuses.every((status) => status === 'open');
  return onlyOpen ? { startsAt: now, id: idMax } : { startsAt: '-infinity', id: 0 };
}

async function* stream(ctx: ReadContext, list: List, first: BookingRow[]) {
  let rows = first;
  yield `[${show(rows, list.now)}`;
  while (rows.length === pageRows) {
    const last = existing(rows.at(-1));
    const after = { startsAt: last.starts_at, id: last.id };
    rows = await selectBookings(ctx.db, ctx.organization, list, after, pageRows);
    if (rows.length > 0) yield `,${show(rows, list.now)}`;
  }
  yield ']';
}

function show(rows: readonly BookingRow[], now: Date): string {
  return rows.map((row) => JSON.stringify(showBooking(row, now))).join(',');
}

/** An opening leaves the list when it starts; the end of a hold can bring one back. */
function validUntil(rows: readonly BookingRow[], nextHoldEnd: Date | null, now: Date): Date {
  let until = nextHoldEnd ?? new Date(8.64e15);
  for (const { starts_at } of rows) if (starts_at > now && starts_at < until) until = starts_at;
  return until;
}
