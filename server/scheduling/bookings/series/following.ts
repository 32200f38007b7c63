import { applyChange, type Change } from '../edit/change.ts';
import { type Edited, indexOf } from '../edit/settle.ts';
import type { EditedRow } from '../edit/store.ts';
import { promisedOf } from '../promise/claims.ts';
import type { BookingUpdate } from '../store.ts';
import { localStart, occurrenceStart } from '../weekly.ts';

/** What becomes of a booking and the later occurrences of its series. */
export type Followed = {
  changed: BookingUpdate[];
  /** They have an appointment, or are over. */
  kept: EditedRow[];
  /** Their new time is that of one that was kept: as in a new series, that week has none. */
  left: EditedRow[];
  /** The wall-clock time of occurrence 0 from now on; undefined: unchanged. */
  local: Temporal.PlainDateTime | undefined;
};

/** Whether a series goes on after one of its occurrences. */
export function goesOnAfter(row: EditedRow): boolean {
  const { series_id, series_last_index: last } = row;
  return series_id !== null && (last === null || last > indexOf(row));
}

/** Whether an act on a booking is one on its series, and something is left of the series. */
export function isOfSeries({ row, leads, later }: Edited, now: Date): boolean {
  if (!leads || row.series_id === null) return false;
  return row.series_last_index === null || later.some((one) => !stays(one, now));
}

/**
 * Whether a change or deletion of a series leaves an occurrence as it is: somebody comes or came to
 * it.
 */
export function stays({ has_appointment, ends_at }: EditedRow, now: Date): boolean {
  return has_appointment || ends_at <= now;
}

/**
 * Changes a booking and the later occurrences of its series; the status changes for the booking
 * alone.
 */
export function followChange(edited: Edited, change: Change, now: Date): Followed {
  const { row, later } = edited;
  const { place, minutes, status } = change;
  const zone = place?.timezone ?? row.timezone;
  const moving = later.filter((one) => !stays(one, now));
  const local = localOf(edited, change, moving[0], now);
  const targets = moving.map((one) => {
    const startsAt = local && occurrenceStart(local, zone, indexOf(one));
    return applyChange(one, { place, minutes, startsAt }, now, one.hold_minutes);
  });
  const own = stays(row, now) ? { status } : change;
  const first = stays(row, now) && !status ? [] : [applyChange(row, own, now, row.hold_minutes)];

  const kept = [row, ...later].filter((one) => stays(one, now));
  const taken = promisedOf(targets).filter((one) => kept.some((other) => overlap(one, other)));
  const left = new Set(taken.map(({ id }) => id));
  return {
    changed: [...first, ...targets.filter(({ id }) => !left.has(id))],
    kept,
    left: moving.filter(({ id }) => left.has(id)),
    local,
  };
}

/**
 * The wall-clock time of occurrence 0 after a change; undefined where no time changes. A start is that
 * of the booking itself. If that one stays, it says weekday and time: the first occurrence that moves
 * takes the nearest such time, though none before the start that was given.
 */
function localOf(
  { row, later }: Edited,
  { place, startsAt }: Change,
  first: EditedRow | undefined,
  now: Date,
): Temporal.PlainDateTime | undefined {
  const zone = place?.timezone ?? row.timezone;
  if (!startsAt && zone === row.timezone) return undefined;
  const leader = stays(row, now) ? first : row;
  if (!startsAt || leader === row) {
    const instant = startsAt ?? leader?.starts_at;
    return instant && leader && localStart(instant, zone).subtract({ weeks: indexOf(leader) });
  }
  const given = localStart(startsAt, zone);
  const index = first ? indexOf(first) : indexOf(later.at(-1) ?? row) + 1;
  const before = Temporal.PlainDateTime.from(row.series_starts_local ?? given).add({
    weeks: index,
  });
  const weeks = Math.max(0, Math.round(given.until(before).total('days') / 7));
  return given.add({ weeks: weeks - index });
}

type Time = Pick<BookingUpdate, 'doctor_id' | 'starts_at' | 'ends_at'>;

function overlap(one: Time, other: Time): boolean {
  return (
    one.doctor_id === other.doctor_id &&
    one.starts_at < other.ends_at &&
    other.starts_at < one.ends_at
  );
}
