import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Meeting, Status, Told } from './news.ts';

/** Locks an appointment for telling: of two jobs that write about it, one waits for the other. */
export async function lockForMailing(tx: Tx, organization: number, guid: string): Promise<void> {
  await tx.rows(
    `select from scheduling.appointment
     where organization_id = $1 and guid = $2 for no key update`,
    [organization, guid],
  );
}

export type LetterFacts = {
  guid: string;
  status: Status;
  told: Told | null;
  meeting: Meeting;
  practice_name: string;
  practice_email: string | null;
  practice_phone: string | null;
  first_name: string;
  last_name: string;
  email: string;
  phone: string;
  phone_extension: string;
  message: string;
};

/** What the mails about an appointment say. */
export async function selectLetterFacts(
  db: Db,
  organization: number,
  guid: string,
): Promise<LetterFacts | undefined> {
  const [row] = await db.rows<LetterFacts>(
    `select a.guid, a.status, a.told, p.name as practice_name, p.email as practice_email,
       p.phone as practice_phone, t.first_name, t.last_name, t.email, t.phone, t.phone_extension,
       t.message, jsonb_build_object(
         'practice_id', p.id, 'location_id', l.id, 'doctor_id', d.id,
         'starts_at', a.starts_at, 'ends_at', a.ends_at,
         'doctor_name', d.name, 'location_name', l.name, 'timezone', l.timezone,
         'location_address', concat_ws(', ', nullif(l.street_address, ''),
           nullif(l.secondary_address, ''), nullif(l.city, ''),
           nullif(concat_ws(' ', nullif(l.state, ''), nullif(l.zip, '')), ''))) as meeting
     from scheduling.appointment a
     join scheduling.practice p on p.organization_id = a.organization_id and p.id = a.practice_id
     join scheduling.patient t on t.organization_id = a.organization_id and t.id = a.patient_id
     join scheduling.location l on l.organization_id = t.organization_id and l.id = t.location_id
     join scheduling.booking b on b.organization_id = a.organization_id and b.id = a.booking_id
     join scheduling.doctor d on d.organization_id = b.organization_id and d.id = b.doctor_id
     where a.organization_id = $1 and a.guid = $2`,
    [organization, guid],
  );
  return row;
}

/** Where the mail of a practice goes. */
export async function selectPracticeContact(
  db: Db,
  organization: number,
  id: number,
): Promise<{ name: string; email: string | null } | undefined> {
  const [row] = await db.rows<{ name: string; email: string | null }>(
    'select name, email from scheduling.practice where organization_id = $1 and id = $2',
    [organization, id],
  );
  return row;
}

export function updateTold(tx: Tx, organization: number, guid: string, told: Told): void {
  tx.write(
    `update scheduling.appointment set told = $3::jsonb
     where organization_id = $1 and guid = $2`,
    [organization, guid, JSON.stringify(told)],
  );
}
