import { createClient, requestToken } from '../../contract/client.ts';
import { scheduling, schedulingScopes } from '../../contract/scheduling/index.ts';
import { operatorOf } from '../platform/access/callers.ts';
import { createConsumer } from '../platform/consumers/consumers.ts';
import { createOrganization, findOrganization } from '../platform/organizations/organizations.ts';
import { readId } from '../runtime/ids.ts';
import type { PlanName } from '../runtime/limits/plans.ts';
import { createPractice, type PracticeToCreate } from '../scheduling/practices/practices.ts';
import { silent } from './cluster.ts';
import type { TestServer } from './server.ts';

/** An organization of a test's own. */
export async function makeOrganization({ server, clock }: TestServer, name = 'Test Group') {
  const { database } = server.platform;
  return database.system.transaction(async (tx) => {
    const { id } = await createOrganization(tx, name, clock.now());
    return findOrganization(tx, id);
  });
}

/** A practice with one location in Chicago and two doctors, unless told otherwise. */
export async function makePractice(
  { server, clock }: TestServer,
  organization: number,
  practice: Partial<PracticeToCreate> = {},
) {
  const { database } = server.platform;
  return database.of(organization).transaction((tx) =>
    createPractice(
      {
        tx,
        organization,
        caller: operatorOf(organization),
        now: clock.now(),
        log: silent,
        requestId: 'req_test',
        origin: server.platform.config.publicUrl,
      },
      {
        name: 'Acme Orthodontics',
        email: 'desk@acme.example',
        country: 'US',
        locations: [{ name: 'Springfield', timezone: 'America/Chicago' }],
        doctors: ['Dr. Ada Alpha', 'Dr. Ben Beta'],
        ...practice,
      },
    ),
  );
}

export type ConsumerOptions = {
  scopes?: readonly string[];
  practices?: readonly string[];
  plan?: PlanName;
};

/** An API consumer, unlimited and with every scope unless told otherwise, and a client that is it. */
export async function makeClient(
  app: TestServer,
  organization: number,
  { scopes = schedulingScopes, practices, plan = 'unlimited' }: ConsumerOptions = {},
) {
  const { database } = app.server.platform;
  const resourceIds = practices?.map((id) => readId('practice', id) as number) ?? null;
  const consumer = { name: 'Test', scopes, resourceIds, plan };
  const { client_id, client_secret } = await database.system.transaction((tx) =>
    createConsumer(tx, organization, consumer, app.clock.now()),
  );
  const { access_token } = await requestToken(app.url, { client_id, client_secret });
  const client = createClient(scheduling, { url: app.url, authorization: access_token });
  return { client, token: access_token, client_id, client_secret };
}

/** Organization, practice and client at once: what most tests begin with. */
export async function makeScene(app: TestServer, practice: Partial<PracticeToCreate> = {}) {
  const organization = await makeOrganization(app);
  const made = await makePractice(app, organization, practice);
  const { client, token } = await makeClient(app, organization);
  const [location] = made.locations as [(typeof made.locations)[number]];
  const [doctor, second] = made.doctors as [
    (typeof made.doctors)[number],
    (typeof made.doctors)[number],
  ];
  return { organization, practice: made, location, doctor, second, client, token };
}
