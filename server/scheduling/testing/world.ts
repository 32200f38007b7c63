import type { Client } from '../../../contract/client.ts';
import type { scheduling } from '../../../contract/scheduling/index.ts';
import { readId } from '../../runtime/ids.ts';
import { makeScene } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';

type Api = Client<typeof scheduling>;

/** An organization in which there is one of everything, and the ids of it. */
export async function makeWorld(app: TestServer) {
  const scene = await makeScene(app);
  const { client, practice, location, doctor } = scene;
  const day = dayAfter(app);
  const spare = await book(client, { location, doctor, start: `${day}T09:00` });
  const taken = await book(client, { location, doctor, start: `${day}T11:00` });
  const made = await client.createPatient({ body: patientOf(taken) });
  if (!made.ok) throw new Error(made.error.message);
  const { appointment_id, appointment_guid } = made.body;
  await completeForm(app, scene.organization, practice.id, appointment_id);
  return {
    ...scene,
    day,
    ids: {
      practice: practice.id,
      location: location.id,
      doctor: doctor.id,
      booking: spare,
      appointment: String(appointment_id),
      guid: appointment_guid,
    },
  };
}

/** A date that lies a month ahead. */
function dayAfter(app: TestServer): string {
  const month = 30 * 24 * 3600 * 1000;
  return new Date(app.clock.now().getTime() + month).toISOString().slice(0, 10);
}

export async function book(
  client: Api,
  { location, doctor, start }: { location: { id: string }; doctor: { id: string }; start: string },
): Promise<string> {
  const body = { location_id: location.id, doctor_id: doctor.id, start, status: 'open' as const };
  const made = await client.createBooking({ body });
  if (!made.ok) throw new Error(made.error.message);
  return made.body.id;
}

export function patientOf(booking_id: string | number) {
  return {
    booking_id,
    first_name: 'Ada',
    last_name: 'Lovelace',
    phone: '555 555 1234',
    email: 'ada@example.com',
    zip_code: '60601',
  };
}

async function completeForm(app: TestServer, organization: number, practice: string, id: number) {
  await app.server.platform.database.system.transaction((tx) =>
    tx.rows(
      `with form as (
         insert into scheduling.form (organization_id, practice_id, title, fields, created_at)
         values ($1, $2, 'Intake', '[]', $3) returning id)
       insert into scheduling.completed_form (organization_id, appointment_id, practice_id, form_id,
         answers, ipv4, pdf, submitted_at)
       select $1, $4, $2, form.id, '{"allergies":"none"}', '192.0.2.1', 'pdf', $3 from form`,
      [organization, readId('practice', practice), app.clock.now(), id],
    ),
  );
}
