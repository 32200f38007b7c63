import pg from 'pg';
import { requestToken } from '../contract/client.ts';
import { Operator } from '../server/operator/operator.ts';
import { connectTo } from '../server/runtime/database/connection.ts';
import { readId, shortId } from '../server/runtime/ids.ts';
import { createConsumer } from '../server/scheduling/operator/index.ts';
import type { Installation } from './installation.ts';
import type { Request } from './load/load.ts';
import { checkpoint, insertOpenings, insertPractices, selectBacklog, settle } from './store.ts';

export type Scene = {
  organization: number;
  practiceId: string;
  places: Awaited<ReturnType<typeof insertPractices>>;
  consumer: { client_id: string; client_secret: string };
  /** Ids of open bookings that nobody has booked yet, from the first to the last. */
  openings: { first: number; last: number; startSeconds: number };
};

/** An organization with practices, doctors and openings, and a consumer without limits. */
export async function makeScene(
  { platform, address }: Installation,
  size: { practices: number; doctorsEach: number; openings: number; beginMinutes?: number },
): Promise<Scene> {
  const operator = new Operator(platform);
  const made = await operator.createOrganization('Bench Group');
  const organization = readId('organization', made.id) as number;
  const consumer = await createConsumer(platform, made.id, {
    name: 'Bench',
    scope: 'all',
    practices: [],
    plan: 'unlimited',
  });
  const row = await platform.tokens.consumers.get(consumer.client_id);
  const consumerId = row?.id as number;
  const scene = await platform.database.system.transaction(async (tx) => {
    const places = await insertPractices(tx, organization, size.practices, size.doctorsEach);
    const openings = await insertOpenings(tx, organization, {
      ...places,
      consumerId,
      count: size.openings,
      ...(size.beginMinutes === undefined ? {} : { beginMinutes: size.beginMinutes }),
    });
    return { places, openings };
  });
  await settleDatabase(address);
  const practiceId = shortId('practice', scene.places.practices.first);
  return { organization, practiceId, consumer, ...scene };
}

/** Statistics and a checkpoint, so that neither falls into a measurement. */
export async function settleDatabase(address: Installation['address']): Promise<void> {
  const owner = new pg.Client(connectTo(address, 'owner', 'heddle bench'));
  await owner.connect();
  await owner.query(settle);
  await owner.query(checkpoint);
  await owner.end();
}

/** Waits until mails and other jobs that earlier requests caused are done. */
export async function drained({ platform }: Installation): Promise<void> {
  while ((await selectBacklog(platform.database.system.reading)) > 0) {
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

export async function tokenOf({ consumer }: Scene, port: number): Promise<string> {
  const { access_token } = await requestToken(`http://127.0.0.1:${port}`, consumer);
  return access_token;
}

/** Books one opening each. */
export function bookRequests(first: number, count: number): Request[] {
  return Array.from({ length: count }, (_, at) => ({
    method: 'POST',
    path: '/scheduling/patients',
    body: JSON.stringify({ ...patient, booking_id: shortId('booking', first + at) }),
  }));
}

const patient = {
  first_name: 'Sofia',
  last_name: 'Martinez',
  phone: '555 555 1234',
  email: 'sofia.martinez@patients.example',
  zip_code: '62701',
  guardian_name: 'Elena Martinez',
  message: 'My dentist suggested a consultation.',
  dob: '2014-03-09',
};
