import { type Client, createClient, requestToken } from '../../contract/client.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import { operate, readConfig } from '../../server/main.ts';
import { createConsumer, createPractice } from '../../server/scheduling/operator/index.ts';
import { accepted } from '../../server/scheduling/testing/answers.ts';
import { silent } from '../../server/testing/cluster.ts';
import type { Environment } from './heddle.ts';

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

/** An organization with a practice and a consumer. */
export async function makePractice(environment: Environment) {
  return asOperator(environment, async (operator, platform) => {
    const { id: organization } = await operator.createOrganization('Maple Group');
    const practice: Practice = await createPractice(platform, organization, {
      name: 'Maple Orthodontics',
      email: 'desk@maple.example',
      phone: null,
      country: null,
      locations: [{ name: 'Maple Street', timezone: 'America/Chicago' }],
      doctors: ['Dr. Una Vale'],
    });
    const consumer: Credentials = await createConsumer(platform, organization, {
      name: 'Partner',
      scope: 'all',
      practices: [],
      plan: 'unlimited',
    });
    return { organization, practice, consumer };
  });
}

export async function makeOrganization(environment: Environment): Promise<string> {
  return asOperator(environment, async (operator) => {
    return (await operator.createOrganization('Maple Group')).id;
  });
}

/** What commands do, without a process for each. */
async function asOperator<T>(
  environment: Environment,
  work: Parameters<typeof operate<T>>[2],
): Promise<T> {
  return operate(readConfig(environment), silent, work);
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
