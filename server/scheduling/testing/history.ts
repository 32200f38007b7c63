import type { Db } from '../../runtime/database/database.ts';
import { readId } from '../../runtime/ids.ts';
import { type Connection, connect } from '../../runtime/testing/owner.ts';
import { selectAppointments } from '../appointments/store.ts';
import { type List, selectBookings } from '../bookings/listing/store.ts';
import { selectPatients } from '../patients/store.ts';
import { beginning } from '../polls/position.ts';
import type { Scene } from './scene.ts';

export type Years = { promisesEach: number; openings: number };

/**
 * Years of appointments of twenty a day of every doctor of the practice, of which the last lie ahead;
 * and openings, half of which lie under a promise.
 */
export async function fillYears(scene: Scene, { promisesEach, openings }: Years): Promise<void> {
  const owner = await connect(scene.app.address);
  const doctors = scene.practice.doctors.map(({ id }) => readId('doctor', id));
  const given = [
    scene.organization,
    readId('practice', scene.practice.id),
    readId('location', scene.location.id),
    doctors,
  ];
  await owner.rows(promises, [...given, promisesEach]);
  await owner.rows(appointments, [scene.organization]);
  await owner.rows(openAt, [...given, Math.ceil(openings / doctors.length)]);
  await owner.rows('analyze');
  await owner.end();
}

const bookingOf = (status: string) => `insert into scheduling.booking (organization_id, practice_id,
    location_id, doctor_id, consumer_id, status, starts_at, ends_at, created_at, updated_at)
  select $1, $2, $3, d, (select min(id) from platform.consumer where organization_id = $1),
    '${status}', at, at + interval '20 minutes', now(), now()
  from unnest($4::bigint[]) d, generate_series(1, $5::int) n,`;

const promises = `${bookingOf('booked')} lateral (
  select date_trunc('day', now()) + interval '200 days' - n / 20 * interval '1 day'
    + n % 20 * interval '30 minutes' as at) t`;

const openAt = `${bookingOf('open')} lateral (
  select date_trunc('day', now()) + interval '1 day' + n / 20 * interval '1 day'
    + n % 20 * interval '30 minutes' + case when n % 2 = 0 then interval '12 hours' else '0' end
    as at) t`;

const appointments = `with patient as (
    insert into scheduling.patient (organization_id, practice_id, location_id, booking_id, first_name,
      last_name, email, phone, zip_code, guardian_name, message, created_at, updated_at)
    select organization_id, practice_id, location_id, id, 'Ada', 'Smith', 'ada@mail.example',
      '+12175550142', '62701', '', '', starts_at - interval '300 days', starts_at - interval '300 days'
    from scheduling.booking where organization_id = $1 and status = 'booked'
    returning *)
  insert into scheduling.appointment (organization_id, practice_id, booking_id, patient_id,
    consumer_id, status, starts_at, ends_at, created_at, updated_at)
  select p.organization_id, p.practice_id, p.booking_id, p.id, b.consumer_id, 'scheduled',
    b.starts_at, b.ends_at, p.created_at, p.updated_at
  from patient p
  join scheduling.booking b on b.organization_id = p.organization_id and b.id = p.booking_id`;

export type Compared = { name: string; ownerMilliseconds: number; walledMilliseconds: number };

const rounds = 9;

/** How long the hot reads of Scheduling take for the owner of the tables, and behind the wall. */
export async function compareReads(scene: Scene): Promise<Compared[]> {
  const owner = await connect(scene.app.address);
  const app = await connect(scene.app.address, 'heddle_app');
  for (const one of [owner, app]) {
    await one.rows(`select set_config('heddle.organization', $1, false)`, [
      String(scene.organization),
    ]);
  }
  const compared: Compared[] = [];
  for (const [name, read] of Object.entries(readsOf(scene))) {
    compared.push({ name, ...(await compare(owner, app, read)) });
  }
  await Promise.all([owner.end(), app.end()]);
  return compared;
}

type Read = (db: Db) => Promise<unknown>;

function readsOf({ organization, practice }: Scene): Record<string, Read> {
  const practiceId = readId('practice', practice.id) as number;
  const now = new Date();
  const list: List = { practiceId, locationId: null, statuses: ['open'], now };
  const start = { startsAt: now, id: Number.MAX_SAFE_INTEGER };
  const until = new Date(now.getTime() + 86_400_000);
  const after = { at: new Date(now.getTime() - 86_400_000 * 102), id: 0 };
  const page = { practiceId, order: 'created' as const, after, until, limit: 50 };
  return {
    'list of openings': (db) => selectBookings(db, organization, list, start, 5_000),
    'poll of patients': (db) => selectPatients(db, organization, page),
    'poll of appointments': (db) => selectAppointments(db, organization, page),
    'first page of everything': (db) =>
      selectAppointments(db, organization, { ...page, after: beginning }),
  };
}

/** By turns, and the least of each: what else the machine does makes a statement slower, never quicker. */
async function compare(owner: Connection, app: Connection, read: Read) {
  let [ownerMilliseconds, walledMilliseconds] = [
    Number.POSITIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  ];
  for (let round = 0; round < rounds; round += 1) {
    ownerMilliseconds = Math.min(ownerMilliseconds, await timeOf(owner, read));
    walledMilliseconds = Math.min(walledMilliseconds, await timeOf(app, read));
  }
  return { ownerMilliseconds, walledMilliseconds };
}

async function timeOf(as: Connection, read: Read): Promise<number> {
  const db: Db = { rows: (text, values = []) => as.rows(text, [...values]) as never };
  const start = performance.now();
  await read(db);
  return performance.now() - start;
}
