import type { Appointment } from '../../../contract/scheduling/shapes.ts';
import type { AppointmentRow } from './store.ts';

/** An appointment as the API shows it. */
export function showAppointment(row: AppointmentRow): Appointment {
  return {
    id: row.id,
    guid: row.guid,
    status: row.status,
    appointment_datetime: row.starts_at.toISOString(),
    booking_patient_id: row.patient_id,
    booking_id: row.booking_id,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
