import type { Db, Tx } from '../../runtime/database/database.ts';
import { existing } from '../../runtime/database/existing.ts';
import type { Position } from '../polls/position.ts';
import type { Reach } from '../reach.ts';
import { type Picked, picking } from '../records.ts';
import type { FormField } from './pdf.ts';

export async function insertForm(
  tx: Tx,
  organization: number,
  form: { practiceId: number; title: string; fields: readonly FormField[]; now: Date },
): Promise<number> {
  const [row] = await tx.rows<{ id: number }>(
    `insert into scheduling.form (organization_id, practice_id, title, fields, created_at)
     values ($1, $2, $3, $4, $5) returning id`,
    [organization, form.practiceId, form.title, JSON.stringify(form.fields), form.now],
  );
  return existing(row).id;
}

export type FormToFill = {
  form_id: number;
  practice_id: number;
  appointment_id: number;
  guid: string;
  title: string;
  fields: FormField[];
  practice_name: string;
  patient_name: string;
  timezone: string;
  country: string | null;
};

/**
 * The form that the patient of an appointment fills in, the newest one of the practice; anybody
 * else who completes it meanwhile waits. Undefined for an erased patient.
 */
export async function lockFormToFill(
  tx: Tx,
  organization: number,
  appointmentId: number,
): Promise<FormToFill | undefined> {
  const [row] = await tx.rows<FormToFill>(
    `select f.id as form_id, f.practice_id, a.id as appointment_id, a.guid, f.title, f.fields,
       p.name as practice_name, t.first_name || ' ' || t.last_name as patient_name, l.timezone,
       p.country
     from scheduling.appointment a
     join scheduling.form f on f.organization_id = a.organization_id and f.practice_id = a.practice_id
     join scheduling.practice p on p.organization_id = a.organization_id and p.id = a.practice_id
     join scheduling.patient t on t.organization_id = a.organization_id and t.id = a.patient_id
     join scheduling.location l on l.organization_id = t.organization_id and l.id = t.location_id
     where a.organization_id = $1 and a.id = $2 and t.erased_at is null
     order by f.id desc limit 1
     for no key update of a, t`,
    [organization, appointmentId],
  );
  return row;
}

export type CompletedFormRow = {
  guid: string;
  answers: Record<string, string>;
  ipv4: string | null;
  ipv6: string | null;
  user_agent: string | null;
  pdf: Buffer;
  submitted_at: Date;
};

/**
 * Stores a completed form, and answers its time; undefined when the appointment has one already.
 */
export async function insertCompletedForm(
  tx: Tx,
  organization: number,
  form: FormToFill,
  filled: Omit<CompletedFormRow, 'guid' | 'submitted_at'>,
): Promise<Date | undefined> {
  const [row] = await tx.rows<{ submitted_at: Date }>(
    `insert into scheduling.completed_form (organization_id, appointment_id, practice_id, form_id,
       answers, ipv4, ipv6, user_agent, pdf, submitted_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, scheduling.stamp($1))
     on conflict do nothing returning submitted_at`,
    [
      organization,
      form.appointment_id,
      form.practice_id,
      form.form_id,
      JSON.stringify(filled.answers),
      filled.ipv4,
      filled.ipv6,
      filled.user_agent,
      filled.pdf,
    ],
  );
  return row?.submitted_at;
}

/**
 * The forms that were completed after a position and before a time, in order; the id is the
 * appointment's.
 */
export async function selectCompletedGuids(
  db: Db,
  organization: number,
  { after, until, limit }: { after: Position; until: Date; limit: number },
  reach: Reach,
): Promise<(Position & { guid: string })[]> {
  return db.rows<Position & { guid: string }>(
    `select c.submitted_at as at, c.appointment_id as id, a.guid
     from scheduling.completed_form c
     join scheduling.appointment a
       on a.organization_id = c.organization_id and a.id = c.appointment_id
     where c.organization_id = $1
       and (c.submitted_at, c.appointment_id) > ($2::timestamptz, $3::bigint)
       and c.submitted_at < $4 and ($5::bigint[] is null or c.practice_id = any($5))
     order by c.submitted_at, c.appointment_id limit $6`,
    [organization, after.at, after.id, until, reach, limit],
  );
}

const columns = `a.guid, c.answers, c.ipv4, c.ipv6, c.user_agent, c.pdf, c.submitted_at`;

export async function selectCompletedForm(
  db: Db,
  organization: number,
  guid: string,
  reach: Reach,
): Promise<CompletedFormRow | undefined> {
  const [row] = await db.rows<CompletedFormRow>(
    `select ${columns}
     from scheduling.appointment a
     join scheduling.completed_form c
       on c.organization_id = a.organization_id and c.appointment_id = a.id
     where a.organization_id = $1 and a.guid = $2
       and ($3::bigint[] is null or c.practice_id = any($3))`,
    [organization, guid, reach],
  );
  return row;
}

/** Whose completed forms are within reach, without what is in them. */
export async function selectCompletedFormsReached(
  db: Db,
  organization: number,
  reach: Reach,
  guids: readonly string[],
) {
  return db.rows<{ guid: string; patient_id: number }>(
    `select a.guid, a.patient_id
     from scheduling.completed_form c
     join scheduling.appointment a
       on a.organization_id = c.organization_id and a.id = c.appointment_id
     where c.organization_id = $1 and ($2::bigint[] is null or c.practice_id = any($2))
       and a.guid = any($3)`,
    [organization, reach, guids],
  );
}

/** Those of appointments, by whose ids or GUIDs they are picked. */
export async function selectCompletedFormsPicked(
  db: Db,
  organization: number,
  reach: Reach,
  by: Picked | { guids: readonly string[] },
): Promise<(CompletedFormRow & { id: number; patient_id: number })[]> {
  const { condition, values } =
    'guids' in by
      ? { condition: 'a.guid = any($3)', values: [by.guids] }
      : picking('c.appointment_id', by);
  return db.rows<CompletedFormRow & { id: number; patient_id: number }>(
    `select ${columns}, c.appointment_id as id, a.patient_id
     from scheduling.completed_form c
     join scheduling.appointment a
       on a.organization_id = c.organization_id and a.id = c.appointment_id
     where c.organization_id = $1 and ($2::bigint[] is null or c.practice_id = any($2))
       and ${condition}`,
    [organization, reach, ...values],
  );
}
