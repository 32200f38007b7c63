import { type Client, createClient, requestToken } from '../../contract/client.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import { accepted } from '../../server/scheduling/testing/answers.ts';
import { type Environment, heddleJson } from './heddle.ts';

export type Credentials = { client_id: string; client_secret: string };
export type Practice = {
  id: string;
  name: string;
  locations: { id: string; name: string; timezone: string }[];
  doctors: { id: string; name: string }[];
};

const openingMilliseconds = 30 * 60_000;
const firstOpening = Date.now() + 30 * 24 * 3600 * 1000;
let opened = 0;

/** An organization with a practice and a consumer, made by commands. */
export async function makePractice(environment: Environment) {
  const organization = await makeOrganization(environment);
  const practice = await heddleJson<Practice>(
    [
      ...['practice', 'create', '--organization', organization, '--name', 'Maple Orthodontics'],
      ...['--email', 'desk@maple.example'],
      ...['--location', 'Maple Street;America/Chicago', '--doctor', 'Dr. Una Vale'],
    ],
    environment,
  );
  const consumer = await heddleJson<Credentials>(
    [
      ...['consumer', 'create', '--organization', organization, '--name', 'Partner'],
      ...['--scope', 'all', '--plan', 'unlimited'],
    ],
    environment,
  );
  return { organization, practice, consumer };
}

export async function makeOrganization(environment: Environment): Promise<string> {
  const made = ['organization', 'create', '--name', 'Maple Group'];
  return (await heddleJson<{ id: string }>(made, environment)).id;
}

export async function tokenOf(url: string, { client_id, client_secret }: Credentials) {
  return (await requestToken(url, { client_id, client_secret })).access_token;
}

export async function clientOf(url: string, consumer: Credentials) {
  const authorization = await tokenOf(url, consumer);
  return createClient(scheduling, { url, authorization });
}

/** Openings of half an hour, one after the other, after all that were made before. */
export async function makeOpenings(
  client: Client<typeof scheduling>,
  { locations: [location], doctors: [doctor] }: Practice,
  count: number,
): Promise<string[]> {
  const starts = Array.from({ length: count }, () => {
    opened += 1;
    return firstOpening + opened * openingMilliseconds;
  });
  const place = { location_id: location?.id ?? '', doctor_id: doctor?.id ?? '' };
  const bookings = starts.map(async (start) => {
    const start_datetime = new Date(start).toISOString();
    const body = { ...place, start_datetime, length: 30, status: 'open' as const };
    return accepted(await client.createBooking({ body })).id;
  });
  return Promise.all(bookings);
}
