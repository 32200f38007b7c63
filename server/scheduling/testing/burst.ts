import { operatorOf } from '../../platform/access/callers.ts';
import type { WriteContext } from '../../platform/context.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import { readId } from '../../runtime/ids.ts';
import { silent } from '../../testing/cluster.ts';
import { completeForm } from '../forms/forms.ts';
import { insertForm } from '../forms/store.ts';
import { createPatient } from '../patients/patients.ts';
import { accepted } from './answers.ts';
import { type Ground, type Heard, startPollers } from './pollers.ts';
import { makeBooking, patientBody, type SchedulingClient } from './scene.ts';

/** One practice, at processes of one database. */
export type Place = Ground & {
  database: Database;
  organization: number;
  location: { id: string };
  doctor: { id: string };
  client: SchedulingClient;
  as: (url: string) => SchedulingClient;
};

type Made = { patient_id: number; appointment_id: number; appointment_guid: string };

type Happened = Record<'made' | 'cancelled' | 'completed', Made[]>;

let bursts = 0;

/**
 * Books `count` patients at once while others poll and a long transaction stamps nothing; once more
 * while another one has stamped a booking and is not committed; cancels and completes forms. Answers
 * what somebody who polls missed, or was told twice by a cursor.
 */
export async function burst(place: Place, count: number, pauses: readonly number[]) {
  bursts += 1;
  const first = await makeOpenings(place, count, bursts * 20);
  const second = await makeOpenings(place, count, bursts * 20 + 7);
  // On a day of its own: whoever claims time of a doctor waits for others of that day.
  const [apart] = await makeOpenings(place, 1, bursts * 20 + 14);
  const pollers = startPollers(place, pauses);
  const happened: Happened = { made: [], cancelled: [], completed: [] };
  try {
    await holding(
      place,
      (tx) => tx.rows('select pg_current_xact_id()'),
      () => happen(place, first, happened),
    );
    const late = await holding(
      place,
      (tx) => bookWithin(place, tx, apart as string),
      () => happen(place, second, happened),
    );
    happened.made.push(late);
  } finally {
    await pollers.stop();
  }
  return (await pollers.stop()).flatMap((heard) => problemsOf(heard, happened));
}

async function happen(place: Place, openings: string[], { made, cancelled, completed }: Happened) {
  const clients = place.urls.map((url) => place.as(url));
  const booked: Made[] = await Promise.all(
    openings.map((id, at) => {
      const client = clients[at % clients.length] as SchedulingClient;
      return client.createPatient({ body: patientBody(id) }).then(accepted);
    }),
  );
  made.push(...booked);
  const ending = booked.filter((_, at) => at % 3 === 0);
  await Promise.all(
    ending.map(async ({ appointment_guid: id }) =>
      accepted(await place.client.cancelAppointment({ params: { id } })),
    ),
  );
  cancelled.push(...ending);
  for (const one of booked.filter((_, at) => at % 10 === 1)) {
    await complete(place, one.appointment_id);
    completed.push(one);
  }
}

async function makeOpenings(place: Place, count: number, day: number): Promise<string[]> {
  const ids: string[] = [];
  const begin = Date.now() + day * 86_400_000;
  for (let at = 0; at < count; at += 1) {
    const { id } = await makeBooking(place, new Date(begin + at * 600_000).toISOString(), {
      length: 10,
    });
    ids.push(id);
  }
  return ids;
}

/** Does `meanwhile` while a transaction that has done `work` is open; answers what that came to. */
async function holding<T>(
  { database, organization }: Place,
  work: (tx: Tx) => Promise<T>,
  meanwhile: () => Promise<void>,
): Promise<T> {
  return database.of(organization).transaction(async (tx) => {
    const answer = await work(tx);
    await meanwhile();
    return answer;
  });
}

/** As the consumer whose opening it is. */
export async function bookWithin(
  { organization }: Pick<Place, 'organization'>,
  tx: Tx,
  id: string,
) {
  const [row] = await tx.rows<{ consumer_id: number }>(
    'select consumer_id from scheduling.booking where organization_id = $1 and id = $2',
    [organization, readId('booking', id)],
  );
  const ctx = contextOf(organization, tx);
  const { consumer_id: consumer = 0 } = row ?? {};
  const caller = {
    ...operatorOf(organization),
    kind: 'consumer',
    id: consumer,
    resourceIds: null,
  } as const;
  return createPatient({ ...ctx, caller }, { params: {}, query: {}, body: patientBody(id) });
}

export async function complete(
  { database, organization, practice }: Pick<Place, 'database' | 'organization' | 'practice'>,
  appointmentId: number,
  answers: Record<string, string> = {},
) {
  await database.of(organization).transaction(async (tx) => {
    const practiceId = readId('practice', practice.id) as number;
    const fields = Object.keys(answers).map((name) => ({
      name,
      label: name,
      type: 'text' as const,
      required: true,
    }));
    const form = { practiceId, title: 'Consent', fields, now: new Date() };
    await insertForm(tx, organization, form);
    const filled = { answers, ip: undefined, userAgent: undefined };
    await completeForm(contextOf(organization, tx), appointmentId, filled);
  });
}

function contextOf(organization: number, tx: Tx): WriteContext {
  const caller = operatorOf(organization);
  const requestId = 'req_test';
  return { tx, organization, caller, now: new Date(), log: silent, requestId, origin: '' };
}

/** What somebody should have heard and did not, or heard twice where that may not be. */
function problemsOf(
  { name, what, told, repeats }: Heard,
  { made, cancelled, completed }: Happened,
): string[] {
  const ended = new Set(cancelled);
  const expected = {
    patients: made.map(({ patient_id: id }) => String(id)),
    appointments: made.map(({ appointment_id: id }) => String(id)),
    changes: made.map(
      (one) => `${one.appointment_id} ${ended.has(one) ? 'cancelled' : 'scheduled'}`,
    ),
    forms: completed.map(({ appointment_guid: guid }) => guid),
  }[what];
  const known = new Set(what === 'changes' ? told.map((one) => one.replace(/ \S+$/, '')) : told);
  const missing = expected.filter((one) => !known.has(one)).map((one) => `${name}: no ${one}`);
  const twice = repeats ? 0 : told.length - new Set(told).size;
  return twice > 0 ? [...missing, `${name}: ${twice} twice`] : missing;
}
