import { createClient, requestToken } from '../../contract/client.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import { Operator } from '../../server/operator/operator.ts';
import { readId } from '../../server/runtime/ids.ts';
import { createConsumer, createPractice } from '../../server/scheduling/operator/index.ts';
import { burst, type Place } from '../../server/scheduling/testing/burst.ts';
import { type Installation, withInstallation } from '../installation.ts';
import type { Soak } from './run.ts';

const pauses = [0, 15, 1_000];
const rounds = { 10: 20, 60: 8, 240: 4 };

/** Bursts of bookings at two servers, polled all the time: nothing is missed, no cursor repeats. */
export const soak: Soak = () =>
  withInstallation(async (at) => {
    const place = await makePlace(at);
    const lines: string[] = [];
    for (const [count, times] of Object.entries(rounds)) {
      const problems: string[] = [];
      for (let round = 0; round < times; round += 1) {
        problems.push(...(await burst(place, Number(count), pauses)));
      }
      if (problems.length > 0) throw new Error(problems.slice(0, 20).join('\n'));
      lines.push(`${times} times 2 bursts of ${count}: none missed, none twice`);
    }
    return lines;
  });

async function makePlace({ platform, serve }: Installation): Promise<Place> {
  const operator = new Operator(platform);
  const { id } = await operator.createOrganization('Soak Group');
  const practice = await createPractice(platform, id, {
    name: 'Soak Orthodontics',
    email: null,
    country: 'US',
    locations: [{ name: 'Springfield', timezone: 'America/Chicago' }],
    doctors: ['Dr. Ada Alpha'],
  });
  const consumer = { name: 'Soak', scope: 'all', practices: [], plan: 'unlimited' };
  const credentials = await createConsumer(platform, id, consumer);
  const servers = [await serve({ HEDDLE_ROLES: 'web' }), await serve({ HEDDLE_ROLES: 'web' })];
  const urls = servers.map(({ port }) => `http://127.0.0.1:${port}`);
  const { access_token } = await requestToken(urls[0] as string, credentials);
  const authorization = () => access_token;
  const as = (url: string) => createClient(scheduling, { url, authorization });
  return {
    database: platform.database,
    organization: readId('organization', id) as number,
    practice,
    location: practice.locations[0] as { id: string },
    doctor: practice.doctors[0] as { id: string },
    urls,
    authorization,
    as,
    client: as(urls[0] as string),
  };
}
