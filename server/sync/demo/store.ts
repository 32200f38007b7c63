import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Db } from '../../runtime/database/database.ts';
import { invoices, patients, recalls } from './records.ts';

const patientCount = 2_400;
const invoiceCount = 4_000;
const recallCount = 1_200;

const schema = `
  create table patients (id integer primary key, first_name text, last_name text, phone text,
    email text, born date, updated_at timestamp);
  create table invoices (id integer primary key, patient_id integer, issued_on date,
    treatment text, amount decimal(10, 2), paid boolean, updated_at timestamp);
  create table recalls (id integer primary key, patient_id integer, due_on date, reason text);
  create index invoices_updated_at on invoices (updated_at)`;

/** The database of the system that the practice had before. */
export function makeOlderSystem(path: string, now: Date): void {
  inDatabase(path, (database) => {
    database.exec(schema);
    insert(database, 'patients', patients(patientCount, now));
    insert(
      database,
      'invoices',
      invoices({ first: 1, count: invoiceCount, people: patientCount }, now),
    );
    insert(database, 'recalls', recalls(recallCount, now));
  });
}

/** Invoices of today, after those that are there; again, they are the same. */
export function addInvoices(
  path: string,
  { after, count }: { after: number; count: number },
  now: Date,
): void {
  const first = invoiceCount + after + 1;
  inDatabase(path, (database) =>
    insert(database, 'invoices', invoices({ first, count, people: patientCount }, now)),
  );
}

export function changePhones(path: string): void {
  inDatabase(path, (database) =>
    database.exec(`update patients set phone = '(217) 555-' || (1000 + id) where id % 90 = 0`),
  );
}

/** The practice has cleared out: more than a mirror deletes without being asked. */
export function clearRecalls(path: string): void {
  inDatabase(path, (database) => database.exec('delete from recalls where id <= 300'));
}

/** An empty database, which is a file all the same. */
export function makeWarehouse(path: string): void {
  inDatabase(path, (database) => database.exec('pragma user_version = 1'));
}

/** Undefined when the sync is gone. */
export async function selectRunsSoFar(db: Db, organization: number, syncId: string) {
  const [row] = await db.rows<{
    count: number;
    active: string | null;
    paused: boolean;
    enabled: boolean;
  }>(
    `select count(r.id)::int as count, s.enabled, coalesce(bool_or(r.status = 'paused'), false) as paused,
       max(r.id) filter (where r.status in ('queued', 'running')) as active
     from sync.sync s
     left join sync.run r on r.organization_id = s.organization_id and r.sync_id = s.id
     where s.organization_id = $1 and s.id = $2 group by s.enabled`,
    [organization, syncId],
  );
  return row;
}

function insert(
  database: DatabaseSync,
  table: string,
  rows: readonly (readonly SQLInputValue[])[],
): void {
  const places = rows[0]?.map(() => '?').join(', ');
  const statement = database.prepare(`insert or ignore into ${table} values (${places})`);
  for (const row of rows) statement.run(...row);
}

function inDatabase(path: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(path, { timeout: 10_000 });
  try {
    database.exec('begin immediate');
    work(database);
    database.exec('commit');
  } finally {
    database.close();
  }
}
