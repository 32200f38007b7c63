import { createClient, requestToken } from '../../../contract/client.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { sync } from '../../../contract/sync/index.ts';
import type { Simulator } from '../../../server/testing/simulators/list.ts';
import { bodyOf, until } from './asking.ts';
import { type Apart, type Demo, House } from './house.ts';
import { openPartner } from './partner.ts';

/** Where something of the story happened, and what. */
export type Station = { station: string; happened: string };
type Tell = (station: string, happened: string) => void;

/** What the message begins with. */
const said = 'A new patient, number';

const patient = {
  first_name: 'Ada',
  last_name: 'Lovelace',
  phone: '+1 555 555 1234',
  email: 'ada@example.com',
  zip_code: '60601',
};

/**
 * Plays what Heddle is for, in an installation of its own in a temporary folder, with simulated vendors: a
 * patient books, and everybody hears of it, although the server is killed on the way.
 * @throws Error when something did not happen, or happened twice
 */
export async function playStory(apart: Apart, tell: Tell): Promise<void> {
  const house = await House.open(apart);
  const [hubspot, slack] = await Promise.all([simulate('hubspot'), simulate('slack')]);
  const partner = await openPartner();
  try {
    await house.serve();
    const demo = await house.demo();
    tell(
      'practice group',
      `${demo.practices.length} practices, their team and their data are there`,
    );
    const scene = { house, demo, hubspot, slack, partner, tell };
    const woven = await weave(scene);
    await book(scene);
    await kill(scene, woven.workflow);
    await look(scene, woven);
  } finally {
    await house.close();
    partner.close();
    await Promise.all([hubspot.end(), slack.end()]);
  }
}

async function simulate(vendor: string): Promise<Simulator> {
  const { simulators } = await import('../../../server/testing/simulators/list.ts');
  const start = simulators[vendor];
  if (!start) throw new Error(`There is no simulator of ${vendor}.`);
  return start({ records: 1 });
}

type Scene = {
  house: House;
  demo: Demo;
  hubspot: Simulator;
  slack: Simulator;
  partner: Awaited<ReturnType<typeof openPartner>>;
  tell: Tell;
};

/** The APIs of the server as it runs just now. */
function apisOf({ house, demo }: Scene) {
  const { url } = house;
  const tokenOf = async (credentials: Demo['sync']) =>
    `Bearer ${(await requestToken(url, credentials)).access_token}`;
  return {
    syncs: createClient(sync, { url, authorization: () => tokenOf(demo.sync) }),
    bookings: createClient(scheduling, { url, authorization: () => tokenOf(demo.consumer) }),
  };
}

type Woven = { workflow: string; bot: string; crm: string; talk: string; secret: string };

/** Connects the systems, and says what is to be done when a patient has booked. */
async function weave(scene: Scene): Promise<Woven> {
  const { hubspot, slack, partner, tell } = scene;
  const { syncs } = apisOf(scene);
  const connect = async (provider: string, config: object, credentials: object) => {
    const body = { provider, name: `Story ${provider}`, config, credentials } as never;
    return bodyOf<{ id: string }>(await syncs.createConnection({ body })).id;
  };
  const own = await connect('scheduling', {}, {});
  const bot = await connect('messaging', {}, {});
  const crm = await connect('hubspot', hubspot.config, hubspot.credentials);
  const talk = await connect('slack', slack.config, slack.credentials);
  tell('connections', 'Scheduling, Messaging, a CRM (HubSpot, simulated), Slack (simulated)');
  const message = `${said} {{record.id}}: {{record.welcome}}`;
  const trigger = { type: 'record_created', connection_id: own, object: 'patients' };
  const actions = [
    { type: 'transform', config: { set: { welcome: 'say hello at the desk' } } },
    { type: 'write', connection_id: crm, object: 'Contact' },
    { type: 'notify', channel: 'threads', connection_id: bot, to: 'front-desk', message },
    { type: 'notify', channel: 'slack', connection_id: talk, to: 'general', message },
  ];
  const body = { name: 'New patients', trigger, actions } as never;
  const workflow = bodyOf<{ id: string }>(await syncs.createWorkflow({ body })).id;
  tell('workflow', `${workflow}: transform, write to the CRM, tell the channel, tell Slack`);
  const events = ['appointment.created', 'workflow.triggered'];
  const hook = await syncs.createWebhook({ body: { url: partner.url, events } });
  const { id, secret } = bodyOf<{ id: string; secret: string }>(hook);
  tell('webhook', `${id}: the partner hears of ${events.join(' and ')}`);
  return { workflow, bot, crm, talk, secret };
}

async function book(scene: Scene): Promise<void> {
  const { bookings } = apisOf(scene);
  const [practice] = scene.demo.practices;
  const asked = { params: { id: practice?.id ?? '' }, query: { status: ['open' as const] } };
  const open = bodyOf<{ id: string; start_datetime: string }[]>(
    await bookings.listPracticeBookings(asked),
  );
  const [first] = open;
  if (!first) throw new Error('The story ends: there is no open time.');
  const body = { ...patient, booking_id: first.id };
  const made = bodyOf<{ patient_id: number }>(await bookings.createPatient({ body }));
  const when = first.start_datetime.slice(0, 16).replace('T', ' ');
  scene.tell('booking', `patient ${made.patient_id} has booked ${when}`);
}

/** In the middle of the run, whatever it does just then. */
async function kill(scene: Scene, workflow: string): Promise<void> {
  const { syncs } = apisOf(scene);
  const params = { workflow };
  const run = await until('the run begins', async () => {
    return bodyOf<{ id: string }[]>(await syncs.listWorkflowRuns({ params }))[0];
  });
  await scene.house.kill();
  scene.tell('kill -9', `the server is gone in the middle of ${run.id}`);
  await scene.house.serve();
  scene.tell('start', `it is back at ${scene.house.url}`);
}

type Run = {
  id: string;
  status: string;
  error: string | null;
  steps: { path: string; type: string; status: string; attempts: number }[];
};

async function look(scene: Scene, woven: Woven): Promise<void> {
  const { workflow, bot, crm, talk, secret } = woven;
  const { partner, tell } = scene;
  const { syncs } = apisOf(scene);
  const [listed] = bodyOf<Run[]>(await syncs.listWorkflowRuns({ params: { workflow } }));
  const params = { workflow, workflow_run: listed?.id ?? '' };
  const run = await until('the run is over', async () => {
    const shown = bodyOf<Run>(await syncs.getWorkflowRun({ params }));
    return ['completed', 'failed'].includes(shown.status) ? shown : undefined;
  });
  if (run.error) throw new Error(`The story ends: ${run.error}`);
  for (const { path, type, status } of run.steps) tell(`step ${path}`, `${type}: ${status}`);
  const contacts = await recordsLike(scene, crm, 'contacts', patient.email);
  tell('CRM', `${once(contacts, 'contact')} (${patient.email})`);
  tell(
    'channel',
    `${once(await recordsLike(scene, bot, 'threads', said), 'thread')} in front-desk`,
  );
  tell('Slack', `${once(await recordsLike(scene, talk, 'messages', said), 'message')} in general`);
  // The demo has a workflow of its own for what somebody books.
  const heard = () =>
    partner.heard.filter(
      ({ type, body }) => !type.startsWith('workflow') || body.includes(workflow),
    );
  const ids = await until('the partner has heard', async () => {
    const distinct = new Set(heard().map(({ id }) => id));
    return distinct.size >= 2 ? distinct : undefined;
  });
  if (!partner.heard.every(({ isSigned }) => isSigned(secret))) {
    throw new Error('The story ends: a delivery was not signed.');
  }
  const types = [...new Set(heard().map(({ type }) => type))].sort().join(', ');
  tell('partner', `${ids.size} signed deliveries (${types})`);
  tell('end', 'the server was killed on the way: nothing was lost, and nothing done twice');
}

/** How many records of a system say something, as it shows them itself. */
async function recordsLike(scene: Scene, connection: string, object: string, text: string) {
  const { syncs } = apisOf(scene);
  const body = { object, limit: 1_000 };
  const { records } = bodyOf<{ records: object[] }>(
    await syncs.queryData({ params: { connection }, body }),
  );
  return records.filter((one) => JSON.stringify(one).includes(text)).length;
}

function once(count: number, what: string): string {
  if (count !== 1)
    throw new Error(`The story ends: there are ${count} of what should be one ${what}.`);
  return `one ${what}`;
}
