import type { Tx } from '../../../runtime/database/database.ts';
import type { Reach } from '../../reach.ts';
import type { BookingRow } from '../shape.ts';
import { columns } from '../store.ts';

/** A booking with what decides whether and how it can be changed. */
export type EditedRow = BookingRow & {
  hold_minutes: number;
  has_appointment: boolean;
  /** Its doctor or its location was removed. */
  place_removed: boolean;
  /** Of its series: the index of the last occurrence; null while it goes on, or without a series. */
  series_last_index: number | null;
  /** Of its series: the wall-clock time of occurrence 0. */
  series_starts_local: string | null;
};

/** For which bookings the later occurrences are read as well. */
export type Reading = 'of none' | 'of the first' | 'of any';

/** A booking and, by `later`, the occurrences after it that are neither deleted nor over, by id. */
export async function selectEdited(
  tx: Tx,
  organization: number,
  { id, later, reach, now }: { id: number; later: Reading; reach: Reach; now: Date },
): Promise<EditedRow[]> {
  return tx.rows<EditedRow>(edited(''), [organization, id, reach, now, later]);
}

/** The same, locked; and their doctors and locations are not removed meanwhile. */
export async function lockEdited(
  tx: Tx,
  organization: number,
  { id, later, reach, now }: { id: number; later: Reading; reach: Reach; now: Date },
): Promise<EditedRow[]> {
  return tx.rows<EditedRow>(edited('for no key update of b for key share of l, d'), [
    organization,
    id,
    reach,
    now,
    later,
  ]);
}

const edited = (lock: string) => `
  with one as (
    select id, series_id, series_index, recurring from scheduling.booking
    where organization_id = $1 and id = $2 and ($3::bigint[] is null or practice_id = any($3))),
  wanted as (
    select id from one
    union all
    select b.id from one
    join scheduling.booking b on b.organization_id = $1 and b.series_id = one.series_id
      and b.series_index > one.series_index
    where b.status <> 'closed' and b.ends_at > $4
      and ($5 = 'of any' or ($5 = 'of the first' and one.recurring and one.series_id = one.id)))
  select ${columns}, p.hold_minutes, s.last_index as series_last_index,
    s.starts_local::text as series_starts_local,
    coalesce(d.removed_at, l.removed_at) is not null as place_removed,
    exists (
      select from scheduling.appointment a
      where a.organization_id = b.organization_id and a.booking_id = b.id
        and a.status = 'scheduled') as has_appointment
  from wanted
  join scheduling.booking b on b.organization_id = $1 and b.id = wanted.id
  join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id
  join scheduling.doctor d on d.organization_id = b.organization_id and d.id = b.doctor_id
  join scheduling.practice p on p.organization_id = b.organization_id and p.id = b.practice_id
  left join scheduling.series s on s.organization_id = b.organization_id and s.id = b.series_id
  order by b.id
  ${lock}`;
