import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { LocationRow } from '../store.ts';

export type Noun = 'practice' | 'location' | 'doctor';
export type PracticeRow = {
  organization_id: number;
  id: number;
  name: string;
  email: string | null;
  country: string | null;
  phone: string | null;
  hold_minutes: number;
  locations: LocationRow[];
  doctors: DoctorRow[];
};
export type DoctorRow = { id: number; practice_id: number; name: string };

const locationColumns = `id, practice_id, name, website, street_address, secondary_address, city,
  state, zip, timezone`;

/** Whose a practice, a location or a doctor is: for the operator, who names them by their ids alone. */
export async function selectOrganizationOf(db: Db, noun: Noun, id: number) {
  const [row] = await db.rows<{ organization_id: number }>(
    `select organization_id from scheduling.${noun}
     where id = $1 ${noun === 'practice' ? '' : 'and removed_at is null'}`,
    [id],
  );
  return row?.organization_id;
}

/** Practices with what belongs to them: one, those of an organization, or all. */
export async function selectWholePractices(
  db: Db,
  organization: number | null,
  id: number | null,
): Promise<PracticeRow[]> {
  return db.rows<PracticeRow>(
    `select p.organization_id, p.id, p.name, p.email, p.country, p.phone, p.hold_minutes,
       coalesce((
         select jsonb_agg(to_jsonb(l) order by l.name, l.id) from (
           select ${locationColumns} from scheduling.location l
           where l.organization_id = p.organization_id and l.practice_id = p.id
             and l.removed_at is null) l), '[]') as locations,
       coalesce((
         select jsonb_agg(to_jsonb(d) order by d.name, d.id) from (
           select id, practice_id, name from scheduling.doctor d
           where d.organization_id = p.organization_id and d.practice_id = p.id
             and d.removed_at is null) d), '[]') as doctors
     from scheduling.practice p
     where ($1::bigint is null or p.organization_id = $1) and ($2::bigint is null or p.id = $2)
     order by p.organization_id, p.name, p.id`,
    [organization, id],
  );
}

export type PracticeChange = Partial<
  Pick<PracticeRow, 'name' | 'email' | 'country' | 'phone' | 'hold_minutes'>
>;
export type LocationChange = Partial<Omit<LocationRow, 'id' | 'practice_id'>>;

/** The columns that a change names; the names come from code, the values from outside. */
async function updateColumns(
  tx: Tx,
  noun: Noun,
  organization: number,
  id: number,
  change: PracticeChange | LocationChange,
): Promise<void> {
  const columns = Object.keys(change);
  if (columns.length === 0) return;
  const set = columns.map((column, index) => `${column} = $${index + 3}`).join(', ');
  await tx.rows(`update scheduling.${noun} set ${set} where organization_id = $1 and id = $2`, [
    organization,
    id,
    ...Object.values(change),
  ]);
}

export async function updatePractice(
  tx: Tx,
  organization: number,
  id: number,
  change: PracticeChange,
): Promise<void> {
  await updateColumns(tx, 'practice', organization, id, change);
}

export async function updateLocation(
  tx: Tx,
  organization: number,
  id: number,
  change: LocationChange,
): Promise<void> {
  await updateColumns(tx, 'location', organization, id, change);
}

export async function updateDoctorName(tx: Tx, organization: number, id: number, name: string) {
  await updateColumns(tx, 'doctor', organization, id, { name });
}

export async function updateWebsites(tx: Tx, organization: number, practice: number, to: string) {
  await tx.rows(
    `update scheduling.location set website = $3
     where organization_id = $1 and practice_id = $2 and removed_at is null`,
    [organization, practice, to],
  );
}

/** Lists that are kept show times on the clock of the location. */
export async function updateListsChanged(tx: Tx, organization: number, practice: number) {
  await tx.rows(
    `update scheduling.practice set left_by = pg_current_xact_id()
     where organization_id = $1 and id = $2`,
    [organization, practice],
  );
}

/** Locked, so that of two that are left no two are removed at once. */
export async function lockPractice(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows(
    'select from scheduling.practice where organization_id = $1 and id = $2 for no key update',
    [organization, id],
  );
}

export async function selectLocation(db: Db, organization: number, id: number) {
  const [row] = await db.rows<LocationRow>(
    `select ${locationColumns} from scheduling.location
     where organization_id = $1 and id = $2 and removed_at is null`,
    [organization, id],
  );
  return row;
}

export async function selectDoctor(db: Db, organization: number, id: number) {
  const [row] = await db.rows<DoctorRow>(
    `select id, practice_id, name from scheduling.doctor
     where organization_id = $1 and id = $2 and removed_at is null`,
    [organization, id],
  );
  return row;
}

export type Place = 'location' | 'doctor';

/** Waits for transactions that book, make or move something there, and keeps others from it. */
export async function lockPlaceRemoved(tx: Tx, place: Place, organization: number, id: number) {
  await tx.rows(
    `select from scheduling.${place} where organization_id = $1 and id = $2 for update`,
    [organization, id],
  );
}

/** How many a practice has, of locations or of doctors. */
export async function selectCountOf(db: Db, place: Place, organization: number, practice: number) {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from scheduling.${place}
     where organization_id = $1 and practice_id = $2 and removed_at is null`,
    [organization, practice],
  );
  return row?.count ?? 0;
}

export async function updateRemoved(
  tx: Tx,
  place: Place,
  organization: number,
  id: number,
  now: Date,
): Promise<void> {
  await tx.rows(
    `update scheduling.${place} set removed_at = $3 where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}

export type Dependents = { appointments: number; open: number; booked: number; series: number };

/** What is to come at a location, or with a doctor. */
export async function selectDependents(
  db: Db,
  place: Place,
  organization: number,
  { id, practice_id }: { id: number; practice_id: number },
  now: Date,
): Promise<Dependents> {
  const column = `${place}_id`;
  const [row] = await db.rows<Dependents>(
    `select (count(a.id))::int as appointments,
       (count(*) filter (where b.status <> 'booked'))::int as open,
       (count(*) filter (where b.status = 'booked' and a.id is null))::int as booked,
       (select count(*)::int from scheduling.series s
        where s.organization_id = $1 and s.${column} = $3 and s.last_index is null) as series
     from scheduling.booking b
     left join scheduling.appointment a on a.organization_id = b.organization_id
       and a.booking_id = b.id and a.status = 'scheduled'
     where b.organization_id = $1 and b.practice_id = $2 and b.${column} = $3
       and b.status <> 'closed' and b.ends_at > $4`,
    [organization, practice_id, id, now],
  );
  return row as Dependents;
}
