import { shortId } from '../../runtime/ids.ts';
import type { Scene } from './scene.ts';

/**
 * The pairs of bookings that promise one doctor twice at this moment, of all that an organization
 * has; an ended hold promises nothing.
 */
export async function selectDoublePromises({ app, organization }: Scene) {
  return app.server.platform.database.of(organization).reading.rows<{ a: number; b: number }>(
    `select a.id as a, b.id as b
     from scheduling.booking a
     join scheduling.booking b on b.doctor_id = a.doctor_id and b.id > a.id
       and tstzrange(b.starts_at, b.ends_at) && tstzrange(a.starts_at, a.ends_at)
     where a.status in ('pending', 'booked') and b.status in ('pending', 'booked')
       and coalesce(a.held_until > $1, true) and coalesce(b.held_until > $1, true)`,
    [app.clock.now()],
  );
}

/** Appointments that stand, by the doctor's time they take. */
export async function selectDoubleAppointments({ app, organization }: Scene) {
  return app.server.platform.database.of(organization).reading.rows(
    `select a.id, b.id from scheduling.appointment a
     join scheduling.booking ab on ab.id = a.booking_id
     join scheduling.appointment b on b.id > a.id
     join scheduling.booking bb on bb.id = b.booking_id and bb.doctor_id = ab.doctor_id
     where a.status = 'scheduled' and b.status = 'scheduled'
       and a.starts_at < b.ends_at and b.starts_at < a.ends_at`,
  );
}

export async function countRows({ app, organization }: Scene, table: string): Promise<number> {
  const [row] = await app.server.platform.database
    .of(organization)
    .reading.rows<{ count: number }>(`select count(*)::int as count from ${table}`);
  return row?.count ?? 0;
}

/**
 * What should be nowhere, in words: appointments whose booking is another's or elsewhere, openings of
 * a series after its end, series that lack a week, deletions that nobody was told of.
 */
export async function selectDisagreements({ app, organization }: Scene): Promise<string[]> {
  const rows = await app.server.platform.database.of(organization).reading.rows<{ what: string }>(
    `select 'appointment ' || a.id || ' of a booking that is ' || b.status as what
     from scheduling.appointment a
     join scheduling.booking b on b.id = a.booking_id
     where a.status = 'scheduled' and (b.status <> 'booked' or b.starts_at <> a.starts_at
       or b.ends_at <> a.ends_at or b.practice_id <> a.practice_id)
     union all
     select 'booking ' || b.id || ' after the end of its series'
     from scheduling.booking b
     join scheduling.series s on s.id = b.series_id
     where b.series_index > s.last_index and b.status <> 'closed'
       and not exists (select from scheduling.appointment a where a.booking_id = b.id)
     union all
     select 'series ' || s.id || ' has ' || count(*) || ' of ' || max(b.series_index) + 1
     from scheduling.series s
     join scheduling.booking b on b.series_id = s.id
     where s.last_index is null and s.status = 'open'
     group by s.id
     having count(*) <> max(b.series_index) - min(b.series_index) + 1
       or max(b.series_index) < 12`,
  );
  return rows.map(({ what }) => what);
}

/** The bookings that were deleted and have not exactly one event that says so. */
export async function selectSilentDeletions({ app, organization }: Scene): Promise<string[]> {
  const { reading } = app.server.platform.database.of(organization);
  const closed = await reading.rows<{ id: number }>(
    "select id from scheduling.booking where status = 'closed'",
  );
  const told = await reading.rows<{ subject: string }>(
    "select subject from platform.event where type = 'booking.deleted'",
  );
  const ids = closed.map(({ id }) => shortId('booking', id)).sort();
  const subjects = told.map(({ subject }) => subject).sort();
  return ids.length === subjects.length
    ? ids.filter((id, index) => id !== subjects[index])
    : [`${subjects.length} events of ${ids.length} deletions`];
}
