import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Owner } from '../../owners.ts';
import { isOffered } from '../leaving/store.ts';
import type { Status } from '../shape.ts';

export type SeriesRow = Owner & {
  id: number;
  practice_id: number;
  location_id: number;
  doctor_id: number;
  length_minutes: number;
  status: Exclude<Status, 'closed'>;
  /** Wall-clock time of occurrence 0, as `2026-03-01 09:00:00`. */
  starts_local: string;
  timezone: string;
};

/** Stores what the next occurrences are made of; a series that had ended goes on. */
export async function upsertSeries(
  tx: Tx,
  organization: number,
  series: Omit<SeriesRow, 'timezone'>,
): Promise<void> {
  await tx.rows(
    `insert into scheduling.series (organization_id, id, practice_id, consumer_id, location_id,
       doctor_id, length_minutes, status, starts_local, member_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
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
      series.member_id,
    ],
  );
}

/**
 * A series that goes on and is still offered, locked; its doctor and location are not removed
 * meanwhile.
 */
export async function lockOffered(
  tx: Tx,
  organization: number,
  id: number,
): Promise<SeriesRow | undefined> {
  const [row] = await tx.rows<SeriesRow>(
    `select s.id, s.practice_id, s.consumer_id, s.member_id, s.location_id, s.doctor_id, s.length_minutes,
       s.status, s.starts_local::text, l.timezone
     from scheduling.series s
     join scheduling.location l on l.organization_id = s.organization_id and l.id = s.location_id
     join scheduling.doctor d on d.organization_id = s.organization_id and d.id = s.doctor_id
     where s.organization_id = $1 and s.id = $2 and s.last_index is null
       and l.removed_at is null and d.removed_at is null and ${isOffered('s')}
     for key share of l, d`,
    [organization, id],
  );
  return row;
}

/** Changes what further occurrences are like; what is not given stays. */
export async function updateSeries(
  tx: Tx,
  organization: number,
  id: number,
  pattern: {
    place: Pick<SeriesRow, 'practice_id' | 'location_id' | 'doctor_id'> | undefined;
    minutes: number | undefined;
    local: string | undefined;
  },
): Promise<void> {
  const { place, minutes, local } = pattern;
  await tx.rows(
    `update scheduling.series
     set practice_id = coalesce($3, practice_id), location_id = coalesce($4, location_id),
       doctor_id = coalesce($5, doctor_id), length_minutes = coalesce($6, length_minutes),
       starts_local = coalesce($7, starts_local)
     where organization_id = $1 and id = $2`,
    [
      organization,
      id,
      place?.practice_id ?? null,
      place?.location_id ?? null,
      place?.doctor_id ?? null,
      minutes ?? null,
      local ?? null,
    ],
  );
}

/** Ends a series with an occurrence, the last one. */
export async function updateLastIndex(tx: Tx, organization: number, id: number, lastIndex: number) {
  await tx.rows(
    'update scheduling.series set last_index = $3 where organization_id = $1 and id = $2',
    [organization, id, lastIndex],
  );
}

/**
 * Removes from the series the occurrences that were deleted when it went on before, so that they
 * may come again; answers the indexes of those that are still there.
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
  return selectOccurrenceIndexes(tx, organization, seriesId);
}

export async function selectOccurrenceIndexes(
  db: Db,
  organization: number,
  seriesId: number,
): Promise<number[]> {
  const rows = await db.rows<{ series_index: number }>(
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
