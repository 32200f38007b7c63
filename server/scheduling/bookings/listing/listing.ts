import { Readable } from 'node:stream';
import type { Booking } from '../../../../contract/scheduling/shapes.ts';
import type { ReadContext } from '../../../platform/context.ts';
import { existing } from '../../../runtime/database/existing.ts';
import { AppError } from '../../../runtime/errors.ts';
import { JsonText } from '../../../runtime/http/reply.ts';
import { reachOf } from '../../reach.ts';
import { type BookingRow, showBooking } from '../shape.ts';
import type { KeptLists, KeptText } from './kept-lists.ts';
import {
  type List,
  type ListPosition,
  type ListState,
  selectBookings,
  selectBookingsIn,
  selectBookingVersions,
  selectListState,
} from './store.ts';

const pageRows = 5_000;
const idMax = Number.MAX_SAFE_INTEGER;

/**
 * The bookings of a practice or location. An answer is cached and sent again as long as no booking
 * of the practice has been written since (the database says so, at every call) and no hold or
 * opening in it has ended. A list of more than one page is streamed instead.
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
  const isCurrent =
    known?.postmaster === state.postmaster && state.changed === false && now < known.until;
  if (known && isCurrent) return new JsonText(known.text);

  const locationId = 'locationId' in place ? place.locationId : null;
  const list = { practiceId: state.practice_id, locationId, statuses, now };
  const { snapshot, postmaster } = state;
  const read = known ? await readChanged(kept, ctx, list, { postmaster, age }) : undefined;
  const texts = read ?? (await readWhole(ctx, list));
  if (texts instanceof JsonText) return texts;
  const text = Buffer.from(`[${texts.map((one) => one.text).join(',')}]`);
  kept.set(key, { text, snapshot, postmaster, until: validUntil(texts, state, now) }, age);
  return new JsonText(text);
}

type Texts = readonly Pick<KeptText, 'text' | 'startsAt'>[];

async function readWhole(ctx: ReadContext, list: List): Promise<Texts | JsonText<Booking[]>> {
  const rows = await selectBookings(ctx.db, ctx.organization, list, beginning(list), pageRows);
  if (rows.length === pageRows) return new JsonText(Readable.from(stream(ctx, list, rows)));
  return rows.map((row) => ({ text: show(row, list.now), startsAt: row.starts_at }));
}

/**
 * Most bookings of an outdated answer are unchanged: asking which ones takes less than half of the
 * time of reading and writing all. Undefined when the list is longer than a page by now.
 */
async function readChanged(
  kept: KeptLists,
  { db, organization }: ReadContext,
  list: List,
  { postmaster, age }: { postmaster: string; age: number },
): Promise<Texts | undefined> {
  const start = beginning(list);
  const versions = await selectBookingVersions(db, organization, list, start, pageRows);
  if (versions.length === pageRows) return undefined;
  const texts = kept.textsOf(versions, postmaster);
  const unknown = versions.filter(({ id }) => !texts.has(id)).map(({ id }) => id);
  const rows = unknown.length === 0 ? [] : await selectBookingsIn(db, organization, unknown);
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const read: KeptText[] = [];
  const shown = versions.map((version) => {
    const known = texts.get(version.id);
    if (known) return known;
    const row = existing(rowOf.get(version.id));
    const text = { ...version, text: show(row, list.now), startsAt: row.starts_at };
    read.push(text);
    return text;
  });
  kept.keepTexts(read, postmaster, age);
  return shown;
}

/** A booking that has started is never open, so a list of open ones begins after now. */
function beginning({ statuses, now }: List): ListPosition {
  const onlyOpen = statuses.every((status) => status === 'open');
  return onlyOpen ? { startsAt: now, id: idMax } : { startsAt: '-infinity', id: 0 };
}

async function* stream(ctx: ReadContext, list: List, first: BookingRow[]) {
  let rows = first;
  yield `[${showAll(rows, list.now)}`;
  while (rows.length === pageRows) {
    const last = existing(rows.at(-1));
    const after = { startsAt: last.starts_at, id: last.id };
    rows = await selectBookings(ctx.db, ctx.organization, list, after, pageRows);
    if (rows.length > 0) yield `,${showAll(rows, list.now)}`;
  }
  yield ']';
}

function showAll(rows: readonly BookingRow[], now: Date): string {
  return rows.map((row) => show(row, now)).join(',');
}

function show(row: BookingRow, now: Date): string {
  return JSON.stringify(showBooking(row, now));
}

/** An opening leaves the list when it starts; the end of a hold can bring one back. */
function validUntil(texts: Texts, { next_hold_end }: ListState, now: Date): Date {
  let until = next_hold_end ?? new Date(8.64e15);
  for (const { startsAt } of texts) if (startsAt > now && startsAt < until) until = startsAt;
  return until;
}
