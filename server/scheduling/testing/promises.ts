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
