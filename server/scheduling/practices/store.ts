import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { Reach } from '../reach.ts';

export type LocationRow = {
  id: number;
  practice_id: number;
  name: string;
  website: string;
  street_address: string;
  secondary_address: string;
  city: string;
  state: string;
  zip: string;
  timezone: string;
};

export async function selectPractices(db: Db, organization: number, reach: Reach) {
  return db.rows<{ id: number; name: string; locations: { id: number; name: string }[] }>(
    `select p.id, p.name, coalesce((
       select jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name) order by l.name, l.id)
       from scheduling.location l
       where l.organization_id = p.organization_id and l.practice_id = p.id
         and l.removed_at is null), '[]') as locations
     from scheduling.practice p
     where p.organization_id = $1 and ($2::bigint[] is null or p.id = any($2))
     order by p.name, p.id`,
    [organization, reach],
  );
}

export async function selectLocations(
  db: Db,
  organization: number,
  reach: Reach,
): Promise<LocationRow[]> {
  return db.rows<LocationRow>(
    `select id, practice_id, name, website, street_address, secondary_address, city, state, zip,
       timezone
     from scheduling.location
     where organization_id = $1 and ($2::bigint[] is null or practice_id = any($2))
       and removed_at is null
     order by name, id`,
    [organization, reach],
  );
}

export async function selectDoctors(db: Db, organization: number, practiceId: number) {
  return db.rows<{ id: number; name: string }>(
    `select id, name from scheduling.doctor
     where organization_id = $1 and practice_id = $2 and removed_at is null
     order by name, id`,
    [organization, practiceId],
  );
}

export async function selectPracticeId(
  db: Db,
  organization: number,
  id: number,
  reach: Reach,
): Promise<number | undefined> {
  const [row] = await db.rows<{ id: number }>(
    `select id from scheduling.practice
     where organization_id = $1 and id = $2 and ($3::bigint[] is null or id = any($3))`,
    [organization, id, reach],
  );
  return row?.id;
}

export type Place = {
  practice_id: number;
  location_id: number;
  timezone: string;
  /** null when the practice of the location has no such doctor. */
  doctor_id: number | null;
};

/**
 * A location within reach, and the doctor if the location's practice has that one. Neither is
 * removed before the transaction ends; while one is being removed, this waits and then finds it
 * gone.
 */
export async function lockPlace(
  tx: Tx,
  organization: number,
  { locationId, doctorId, reach }: { locationId: number; doctorId: number; reach: Reach },
): Promise<Place | undefined> {
  const [row] = await tx.rows<Place>(
    `with l as (
       select practice_id, id, timezone from scheduling.location
       where organization_id = $1 and id = $2 and removed_at is null
         and ($4::bigint[] is null or practice_id = any($4))
       for key share),
     d as (
       select practice_id, id from scheduling.doctor
       where organization_id = $1 and id = $3 and removed_at is null
       for key share)
     select l.practice_id, l.id as location_id, l.timezone, d.id as doctor_id
     from l left join d on d.practice_id = l.practice_id`,
    [organization, locationId, doctorId, reach],
  );
  return row;
}

const holdMinutes = 15;

export type NewPractice = {
  name: string;
  email: string | null;
  country: string | null;
  /** As patients read it. */
  phone?: string | null;
  hold_minutes?: number;
};

export async function insertPractice(
  tx: Tx,
  organization: number,
  practice: NewPractice,
  now: Date,
): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into scheduling.practice
       (organization_id, name, email, country, phone, hold_minutes, created_at)
     values ($1, $2, $3, $4, $5, $6, $7) returning id`,
    [
      organization,
      practice.name,
      practice.email,
      practice.country,
      practice.phone ?? null,
      practice.hold_minutes ?? holdMinutes,
      now,
    ],
  );
  return existing(row).id;
}

export type NewLocation = { name: string; timezone: string } & Partial<
  Omit<LocationRow, 'id' | 'practice_id' | 'name' | 'timezone'>
>;

export async function insertLocation(
  tx: Tx,
  organization: number,
  practiceId: number,
  location: NewLocation,
  now: Date,
): Promise<number> {
  const { name, timezone, website = '', street_address = '', secondary_address = '' } = location;
  const { city = '', state = '', zip = '' } = location;
  const [row] = await tx.rows<{ id: number }>(
    `insert into scheduling.location (organization_id, practice_id, name, timezone, website,
       street_address, secondary_address, city, state, zip, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning id`,
    [
      organization,
      practiceId,
      name,
      timezone,
      website,
      street_address,
      secondary_address,
      city,
      state,
      zip,
      now,
    ],
  );
  return existing(row).id;
}

export async function insertDoctor(
  tx: Tx,
  organization: number,
  practiceId: number,
  name: string,
  now: Date,
): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into scheduling.doctor (organization_id, practice_id, name, created_at)
     values ($1, $2, $3, $4) returning id`,
    [organization, practiceId, name, now],
  );
  return existing(row).id;
}
