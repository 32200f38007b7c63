import type { Db, Tx } from '../../../runtime/database/database.ts';

export async function selectOrganizationOf(db: Db, patientId: number): Promise<number | undefined> {
  const [row] = await db.rows<{ organization_id: number }>(
    'select organization_id from scheduling.patient where id = $1',
    [patientId],
  );
  return row?.organization_id;
}

export type AppointmentOf = {
  guid: string;
  status: 'scheduled' | 'cancelled';
  starts_at: Date;
};

export async function selectAppointmentsOf(
  db: Db,
  organization: number,
  patientId: number,
): Promise<AppointmentOf[]> {
  return db.rows<AppointmentOf>(
    `select guid, status, starts_at from scheduling.appointment
     where organization_id = $1 and patient_id = $2 order by id`,
    [organization, patientId],
  );
}

/**
 * Waits for anybody who is writing a mail about one of them; who comes later finds the patient
 * erased.
 */
export async function lockAppointmentsOf(
  tx: Tx,
  organization: number,
  patientId: number,
): Promise<void> {
  await tx.rows(
    `select from scheduling.appointment
     where organization_id = $1 and patient_id = $2 order by id for no key update`,
    [organization, patientId],
  );
}

/** The other patients of the organization with the same address. */
export async function selectNamesakes(
  db: Db,
  organization: number,
  patientId: number,
): Promise<number[]> {
  const rows = await db.rows<{ id: number }>(
    `select o.id from scheduling.patient p
     join scheduling.patient o
       on o.organization_id = $1 and lower(o.email) = lower(p.email) and o.email <> ''
         and o.id <> p.id
     where p.organization_id = $1 and p.id = $2 and p.email <> '' order by o.id`,
    [organization, patientId],
  );
  return rows.map(({ id }) => id);
}

/** Deletes what was filled in for a patient's appointments; answers how many. */
export async function deleteFormsOf(
  tx: Tx,
  organization: number,
  patientId: number,
): Promise<number> {
  const rows = await tx.rows(
    `delete from scheduling.completed_form c using scheduling.appointment a
     where a.organization_id = $1 and a.patient_id = $2
       and c.organization_id = $1 and c.appointment_id = a.id
     returning c.appointment_id`,
    [organization, patientId],
  );
  return rows.length;
}

/**
 * Leaves the number of a patient; polls show it and the appointments as changed. Whatever stamps a
 * patient gives the appointments the same stamp.
 */
export async function updatePatientErased(
  tx: Tx,
  organization: number,
  patientId: number,
): Promise<Date> {
  const [row] = await tx.rows<{ erased_at: Date }>(
    `with found as (
       select a.id from scheduling.appointment a
       join scheduling.patient p on p.organization_id = $1 and p.id = a.patient_id
       where a.organization_id = $1 and a.patient_id = $2
       for no key update of a, p
     ), stamp as materialized (
       select scheduling.stamp($1) as at from (select count(*) from found) f
     ), noted as (
       update scheduling.appointment a set updated_at = s.at
       from found f, stamp s where a.organization_id = $1 and a.id = f.id
     )
     update scheduling.patient p
     set first_name = '', last_name = '', email = '', phone = '', phone_extension = '',
       zip_code = '', guardian_name = '', message = '', dob = null, updated_at = s.at, erased_at = s.at
     from stamp s where p.organization_id = $1 and p.id = $2
     returning erased_at`,
    [organization, patientId],
  );
  return (row as NonNullable<typeof row>).erased_at;
}
