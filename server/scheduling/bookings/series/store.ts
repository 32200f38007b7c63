import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { BookingRow, Status } from '../shape.ts';

export type SeriesRow = {
  id: number;
  practice_id: number;
  consumer_id: number;
  location_id: number;
  doctor_id: number;
  length_minutes: number;
  status: Exclude<Status, 'closed'>;
  /** Wall-clock time of occurrence 0, as `2026-03-01 09:00:00`. */
  starts_local: string;
  timezone: string;
};

/** What the next occurrences are made of; a series that had ended goes on. */
export async function upsertSeries(
  tx: Tx,
  organization: number,
  series: Omit<SeriesRow, 'timezone'>,
): Promise<void> {
  await tx.rows(
    `insert into scheduling.series (organization_id, id, practice_id, consumer_id, location_id,
       doctor_id, length_minutes, status, starts_local)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (organization_id, id) do update
     set practice_id = excluded.practice_id, location_id = excluded.location_id,
       doctor_id = excluded.doctor_id, length_minutes = excluded.length_minutes,
       status = excluded.status, starts_local = excluded.starts_local, last_index = null`,
    [
      organization,
      series.id,
      series.practice_id,
      series.consumer_id,
      series.location_id,
      series.doctor_id,
      series.length_minutes,
      series.status,
      series.starts_local,
    ],
  );
}

/** The series with its template, locked. */
export async function lockSeries(
  tx: Tx,
  organization: number,
  id: number,
): Promise<SeriesRow | undefined> {
  const [row] = await tx.rows<SeriesRow>(
    `select s.id, s.practice_id, s.consumer_id, s.location_id, s.doctor_id, s.length_minutes,
       s.status, s.starts_local::text, l.timezone
     from scheduling.series s
     join scheduling.location l on l.organization_id = s.organization_id and l.id = s.location_id
     where s.organization_id = $1 and s.id = $2 and s.last_index is null
     for no key update of s`,
    [organization, id],
  );
  return row;
}

export async function updateSeriesEnd(tx: Tx, organization: number, id: number, lastIndex: number) {
  await tx.rows(
    'update scheduling.series set last_index = $3 where organization_id = $1 and id = $2',
    [organization, id, lastIndex],
  );
}

/** The occurrences after an index that are neither booked nor deleted nor over, locked. */
export async function lockLaterOccurrences(
  tx: Tx,
  organization: number,
  seriesId: number,
  index: number,
  now: Date,
): Promise<BookingRow[]> {
  return tx.rows<BookingRow>(
    `select b.id, b.practice_id, b.location_id, b.doctor_id, b.consumer_id, b.status, b.starts_at,
       b.ends_at, b.held_until, b.recurring, b.series_id, b.series_index, b.created_at,
       b.updated_at, l.timezone
     from scheduling.booking b
     join scheduling.location l on l.organization_id = b.organization_id and l.id = b.location_id
     where b.organization_id = $1 and b.series_id = $2 and b.series_index > $3
       and b.status in ('open', 'pending') and b.ends_at > $4
     order by b.series_index
     for no key update of b`,
    [organization, seriesId, index, now],
  );
}

/** Deletes occurrences and takes them out of the series, so that it may begin again. */
export async function updateOccurrencesClosed(
  tx: Tx,
  organization: number,
  ids: readonly number[],
  now: Date,
): Promise<void> {
  await tx.rows(
    `update scheduling.booking
     set status = 'closed', held_until = null, series_id = null, series_index = null,
       updated_at = $3
     where organization_id = $1 and id = any($2)`,
    [organization, ids, now],
  );
}

/**
 * Lets go of what was deleted when the series went on before, so that it may come again; answers the
 * indexes of the occurrences that are still there.
 */
export async function updateOccurrencesLeft(
  tx: Tx,
  organization: number,
  seriesId: number,
): Promise<number[]> {
  await tx.rows(
    `update scheduling.booking set series_id = null, series_index = null
     where organization_id = $1 and series_id = $2 and status = 'closed'`,
    [organization, seriesId],
  );
  const rows = await tx.rows<{ series_index: number }>(
    'select series_index from scheduling.booking where organization_id = $1 and series_id = $2',
    [organization, seriesId],
  );
  return rows.map(({ series_index }) => series_index);
}

/** Every series that goes on, of all organizations: for the job that adds occurrences. */
export async function selectSeriesGoingOn(
  db: Db,
  after: { organization: number; id: number },
  limit: number,
) {
  return db.rows<{ organization_id: number; id: number }>(
    `select organization_id, id from scheduling.series
     where last_index is null and (organization_id, id) > ($1, $2)
     order by organization_id, id limit $3`,
    [after.organization, after.id, limit],
  );
}
