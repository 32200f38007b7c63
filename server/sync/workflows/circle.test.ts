import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { openChannel, visit } from '../../messaging/testing/website.ts';
import { until } from '../../runtime/testing/until.ts';
import { book, makeWorld, patientOf } from '../../scheduling/testing/world.ts';
import { startServer } from '../../testing/server.ts';
import { startHubspot } from '../../testing/simulators/hubspot/simulator.ts';
import { killWorker, startWorker } from '../../testing/workers.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { bodyOf, connectOwn, makeSyncScene } from '../testing/scene.ts';

const kills = 4;
const bookingsEach = 3;

// Whoever works is a process of its own, to be killed.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const world = await makeWorld(app);
const { organization, location, doctor, day } = world;
const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
const { client } = scene;
const hubspot = await startHubspot({ records: 0 });
after(() => hubspot.end());
const slack = await makeSlack({ records: 1 });
const partner = await makePartner();
const ann = await visit(app, organization, { name: 'Ann' });
await openChannel(ann, 'front-desk');

/** A server of a partner that keeps every delivery. */
async function makePartner() {
  const heard: { id: string; body: string; signature: string }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    heard.push({
      id: String(request.headers['webhook-id']),
      body: Buffer.concat(parts).toString(),
      signature: String(request.headers['x-threadsync-signature']),
    });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, heard };
}

async function connect(provider: string, config: object, credentials: object) {
  const body = { provider, name: provider, config, credentials } as never;
  const { id, status, health } = bodyOf(await client.createConnection({ body }));
  assert.equal(status, 'active', String(health.message));
  return id;
}

async function weave() {
  const own = await connectOwn(scene, 'scheduling', 'Practice');
  const bot = await connectOwn(scene, 'messaging', 'Reception');
  const crm = await connect('hubspot', { base_url: hubspot.url }, hubspot.credentials);
  const talk = await connect('slack', { base_url: slack.url }, slack.credentials);
  const word = 'A new patient: number {{record.id}}, {{record.tag}}';
  const workflow = bodyOf(
    await client.createWorkflow({
      body: {
        name: 'New patients',
        trigger: { type: 'record_created', connection_id: own, object: 'patients' },
        actions: [
          { type: 'transform', config: { set: { tag: 'welcome {{record.first_name}}' } } },
          { type: 'write', connection_id: crm, object: 'Contact' },
          {
            type: 'notify',
            channel: 'threads',
            connection_id: bot,
            to: 'front-desk',
            message: word,
          },
          { type: 'notify', channel: 'slack', connection_id: talk, to: 'general', message: word },
        ],
      },
    }),
  );
  const webhook = bodyOf(
    await client.createWebhook({
      body: { url: partner.url, events: ['appointment.created', 'workflow.triggered'] },
    }),
  );
  return { workflow: workflow.id, secret: webhook.secret };
}

/** A patient books, and finds a mail address that nobody else has. */
async function bookOne(nth: number): Promise<string> {
  const start = `${day}T${12 + nth}:00`;
  const booking = await book(world.client, { location, doctor, start });
  const email = `patient${nth}@example.com`;
  const made = await world.client.createPatient({ body: { ...patientOf(booking), email } });
  if (!made.ok) throw new Error(made.error.message);
  return String(made.body.patient_id);
}

test('a booking goes round, whoever is killed on the way: nothing is lost, and nothing done twice', async () => {
  const first = await startWorker(app);
  const { workflow, secret } = await weave();
  const patients: string[] = [];
  let worker: ChildProcess = first;

  for (let kill = 0; kill < kills; kill += 1) {
    for (let nth = 0; nth < bookingsEach; nth += 1) patients.push(await bookOne(patients.length));
    await setTimeout(Math.random() * 1_500);
    await killWorker(worker);
    worker = await startWorker(app);
  }
  await until('every booking has gone round', async () => {
    const runs = bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
    const isDone = runs.every(({ status }) => status === 'completed' || status === 'failed');
    const told = new Set(partner.heard.map(({ id }) => id));
    return runs.length >= patients.length && isDone && told.size >= 2 * patients.length;
  });
  await killWorker(worker);

  const runs = bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
  assert.deepEqual(
    [runs.length, runs.filter(({ status }) => status !== 'completed')],
    [patients.length, []],
  );
  const contacts = [...hubspot.type('contacts').records.values()].map((one) => JSON.stringify(one));
  assert.equal(contacts.length, patients.length);
  const words = patients.map((id) => `A new patient: number ${id}, welcome Ada`).sort();
  const posted = slack.workspace.channel('general').messages.map(({ text }) => text);
  assert.deepEqual(posted.filter((text) => text.startsWith('A new patient')).sort(), words);
  const { rows } = await threadsIn();
  assert.deepEqual(rows.sort(), words);
  checkDeliveries(secret, patients.length);
});

/** The texts of the threads that the bot has posted. */
async function threadsIn() {
  const connection = bodyOf(await client.listConnections({})).find(
    ({ name }) => name === 'Reception',
  );
  const { records } = bodyOf(
    await client.queryData({
      params: { connection: connection?.id ?? '' },
      body: { object: 'threads', limit: 1_000 },
    }),
  );
  const texts = records.map((one) => JSON.stringify(one));
  const words = texts.flatMap((text) => /A new patient: number \d+, welcome Ada/.exec(text) ?? []);
  return { rows: [...words] };
}

function checkDeliveries(secret: string, bookings: number): void {
  const bodies = new Map<string, string>();
  for (const { id, body, signature } of partner.heard) {
    assert.equal(signature, createHmac('sha256', secret).update(body).digest('hex'));
    // What comes again is the same.
    assert.equal(bodies.get(id) ?? body, body);
    bodies.set(id, body);
  }
  const types = [...bodies.values()].map((body) => JSON.parse(body).type as string);
  const count = (type: string) => types.filter((one) => one === type).length;
  assert.deepEqual(
    [count('appointment.created'), count('workflow.triggered')],
    [bookings, bookings],
  );
}
