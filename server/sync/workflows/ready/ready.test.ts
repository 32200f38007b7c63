import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { schedulingScopes } from '../../../../contract/scheduling/index.ts';
import { openChannel, shown, visit } from '../../../messaging/testing/website.ts';
import { contextOf } from '../../../platform/operator/acting.ts';
import { readId } from '../../../runtime/ids.ts';
import { until } from '../../../runtime/testing/until.ts';
import { completeForm } from '../../../scheduling/forms/forms.ts';
import { insertForm } from '../../../scheduling/forms/store.ts';
import { accepted } from '../../../scheduling/testing/answers.ts';
import { makeAppointment, makeBooking, makeSchedule } from '../../../scheduling/testing/scene.ts';
import { lastMail } from '../../../testing/people.ts';
import { startServer } from '../../../testing/server.ts';
import { startHubspot } from '../../../testing/simulators/hubspot/simulator.ts';
import { credentialsOf, makeOrg } from '../../connectors/salesforce/testing/org.ts';
import { makeSlack } from '../../connectors/slack/testing/place.ts';
import { makeDatabase } from '../../connectors/testing/databases.ts';
import { connectSlack } from '../../notices/testing/scene.ts';
import { bodyOf, connect, connectOwn, makeSync, makeSyncScene, run } from '../../testing/scene.ts';

const app = await startServer();
const hubspot = await startHubspot({ records: 0 });
after(() => hubspot.end());

/** A practice in Denver with a front desk, connected to this server. */
async function makePractice() {
  const schedule = await makeSchedule(app, {
    name: 'Smile',
    doctors: ['Dr. Stone'],
    locations: [{ name: 'Mile High', timezone: 'America/Denver' }],
  });
  const { organization } = schedule;
  const scene = await makeSyncScene(app, { organization, scopes: schedulingScopes });
  const ann = await visit(app, organization, { name: 'Ann', role: 'owner' });
  const channel_id = await openChannel(ann, 'front-desk');
  await connectOwn(scene, 'scheduling', 'Practice');
  await connectOwn(scene, 'messaging', 'Reception');
  const make = async (template: string, parameters = {}) =>
    bodyOf(await scene.client.makeWorkflow({ params: { template }, body: { parameters } }));
  const said = (count: number) =>
    until(`the channel is told ${count} things`, async () => {
      const { threads } = shown(await ann.client.listThreads({ params: { channel_id } }));
      return threads.length >= count && threads.map(({ blocks }) => blocks.join('\n'));
    });
  return { ...schedule, ...scene, scheduling: schedule, ann, make, said };
}

/** In a month, at 15:30 in Denver. */
const day = new Date(app.clock.now().getTime() + 30 * 24 * 3_600_000).toISOString().slice(0, 10);
const start = `${day}T15:30:00[America/Denver]`;
const when = new Intl.DateTimeFormat('en-GB', {
  ...{ weekday: 'long', day: 'numeric', month: 'long', timeZone: 'America/Denver' },
});
const spoken = `${when.format(Temporal.ZonedDateTime.from(start).epochMilliseconds).replace(' ', ', ')}, 3:30 pm`;

const withAndAt = 'with Dr. Stone at Smile, Mile High';

const desk = { channel: 'front-desk' };

async function book({ scheduling }: Awaited<ReturnType<typeof makePractice>>, name: string) {
  const at = Temporal.ZonedDateTime.from(start).toInstant().toString();
  const booking = await makeBooking(scheduling, at);
  return makeAppointment(scheduling, booking.id, { first_name: name });
}

test('a new appointment is told to a channel, with its time there, and without a name', async () => {
  const place = await makePractice();
  await place.make('new-appointment', desk);

  await book(place, 'Sofia');

  assert.deepEqual(await place.said(1), [`New appointment ${withAndAt}: ${spoken}`]);
});

test('with patient_names it says whose it is', async () => {
  const place = await makePractice();
  await place.make('new-appointment', { ...desk, patient_names: true });

  await book(place, 'Sofia');

  assert.deepEqual(await place.said(1), [
    `New appointment for Sofia Smith ${withAndAt}: ${spoken}`,
  ]);
});

test('a cancelled appointment is told with whether its time is free', async () => {
  const place = await makePractice();
  const made = await book(place, 'Sofia');
  await place.make('cancelled-appointment', desk);

  const params = { id: String(made.appointment_id) };
  accepted(await place.scheduling.client.cancelAppointment({ params }));

  assert.deepEqual(await place.said(1), [
    `Cancelled: the appointment ${withAndAt} on ${spoken}. The time is open again, for somebody who waits.`,
  ]);
});

test('a completed form is told with its appointment, and no step but the first holds its answers', async () => {
  const place = await makePractice();
  const { id: workflow } = await place.make('completed-form', desk);
  const { appointment_id } = await book(place, 'Sofia');

  await complete(place, appointment_id);

  assert.deepEqual(await place.said(1), [
    `A form is complete: the one for the appointment ${withAndAt} on ${spoken}.`,
  ]);
  const [done] = bodyOf(await place.client.listWorkflowRuns({ params: { workflow } }));
  const params = { workflow, workflow_run: done?.id ?? '' };
  const { steps } = bodyOf(await place.client.getWorkflowRun({ params }));
  assert.ok(JSON.stringify(steps[0]?.input).includes('latex'));
  assert.ok(!JSON.stringify([steps[0]?.output, ...steps.slice(1)]).includes('latex'));
});

async function complete(place: Awaited<ReturnType<typeof makePractice>>, id: number) {
  const { organization, practice } = place;
  await app.server.platform.database.of(organization).transaction(async (tx) => {
    const ctx = contextOf(app.server.platform, tx, organization, app.clock.now());
    const fields = [{ name: 'allergies', label: 'Allergies', type: 'text', required: false }];
    const practiceId = readId('practice', practice.id) as number;
    await insertForm(tx, organization, {
      practiceId,
      title: 'Intake',
      fields,
      now: ctx.now,
    } as never);
    await completeForm(ctx, id, {
      answers: { allergies: 'latex' },
      ip: undefined,
      userAgent: undefined,
    });
  });
}

test('an appointment of which nothing is known is told without a time', async () => {
  const place = await makePractice();
  const messages = [];
  for (const template of ['new-appointment', 'completed-form']) {
    const params = { workflow: (await place.make(template, desk)).id };
    const tried = bodyOf(await place.client.dryRunWorkflow({ params, body: {} }));
    messages.push((tried.steps.at(-1)?.input as { message?: string } | null)?.message);
  }

  assert.deepEqual(messages, [
    'New appointment: (time unknown)',
    'A form is complete: the one for the appointment on (time unknown).',
  ]);
});

test('a new patient becomes a contact of the CRM, without what it has no business with', async () => {
  const place = await makePractice();
  const { credentials, url: base_url } = hubspot;
  const crm = { provider: 'hubspot', name: 'CRM', config: { base_url }, credentials } as never;
  bodyOf(await place.client.createConnection({ body: crm }));
  await place.make('new-patient');

  const booking = await makeBooking(place.scheduling, `${day}T09:00:00Z`);
  await makeAppointment(place.scheduling, booking.id, {
    ...{ first_name: 'Sofia', message: 'Afraid of needles', dob: '2014-03-09' },
  });

  const contacts = await until('the contact is there', async () => {
    const all = [...hubspot.type('contacts').records.values()];
    return all.length > 0 && JSON.stringify(all);
  });
  for (const part of ['Sofia', 'Smith', 'ada@mail.example', '60601']) {
    assert.ok(contacts.includes(part), contacts);
  }
  assert.doesNotMatch(contacts, /needles|2014/);
});

test('a new lead goes from Salesforce to HubSpot, and is told in Slack', async () => {
  const { client } = await makeSyncScene(app);
  const crm = await startHubspot({ records: 0 });
  after(() => crm.end());
  const org = await makeOrg(1);
  const slack = await makeSlack({ records: 0 });
  const connectTo = async (provider: string, base_url: string, credentials: object) => {
    const body = { provider, name: provider, config: { base_url }, credentials } as never;
    bodyOf(await client.createConnection({ body }));
  };
  await connectTo('salesforce', org.url, credentialsOf(org));
  await connectTo('hubspot', crm.url, crm.credentials);
  await connectSlack({ client } as never, slack, { default_channel: 'general' });
  const params = { template: 'new-lead' };
  const body = { name: 'Leads', parameters: { annual_revenue_above: '1000' } };
  const made = bodyOf(await client.makeWorkflow({ params, body }));

  const lead = org.org.object('Lead');
  assert.ok(lead);
  org.org.insert(lead, { LastName: 'Small', Company: 'Small', AnnualRevenue: '1000' });
  org.org.insert(lead, { LastName: 'Doe', Company: 'Acme', AnnualRevenue: '1001' });

  const messages = await until('the team is told', async () => {
    const all = slack.workspace.channel('general').messages;
    return all.length > 0 && all.map(({ text }) => text);
  });
  assert.equal(made.name, 'Leads');
  assert.deepEqual(messages, ['New enterprise lead: Acme']);
  assert.equal(crm.type('contacts').records.size, 1);
});

test('a sync that fails is told to the owners by mail, or in a channel', async () => {
  const place = await makePractice();
  const source = await makeDatabase();
  after(() => source.end());
  const id = await connect(place, source);
  const ends = { from: id, to: id, object: 'nowhere', table: 'copy' };
  const sync = await makeSync(place, ends, { name: 'To nowhere' });
  await place.make('failed-sync');
  await place.make('failed-sync', desk);

  const { error } = await run(place, sync);

  const [thread] = await place.said(1);
  const mail = await until('the mail is there', () => lastMail(app, place.ann.member.email));
  assert.equal(mail.subject, 'A sync has failed');
  assert.ok(error && mail.body.includes(`The sync “To nowhere” has failed: ${error}`));
  assert.ok(mail.body.includes(`heddle sync show ${sync}`));
  assert.ok(thread?.includes('The sync “To nowhere” has failed'));
});

test('the list says what each takes and makes', async () => {
  const { client } = await makeSyncScene(app);

  const list = bodyOf(await client.listWorkflowTemplates());

  assert.deepEqual(
    list.map(({ id }) => id),
    [
      ...['new-appointment', 'cancelled-appointment', 'completed-form', 'new-patient', 'new-lead'],
      'failed-sync',
    ],
  );
  const [first] = list;
  assert.deepEqual(
    first?.parameters.map(({ name, required, default: usual }) => [name, required, usual]),
    [
      ['channel', true, null],
      ['patient_names', false, false],
      ['scheduling_connection', false, null],
      ['messaging_connection', false, null],
    ],
  );
  assert.partialDeepStrictEqual(first?.makes.trigger, {
    ...{ type: 'record_created', connection_id: '<scheduling_connection>', object: 'appointments' },
  });
  assert.partialDeepStrictEqual(first?.makes.actions.at(-1), { type: 'notify', to: '<channel>' });
  assert.equal(list.at(-1)?.makes.actions[0]?.channel, 'email');
});

test('what is missing or wrong is refused by the name of the parameter, with what to do', async () => {
  const scene = await makeSyncScene(app, { scopes: schedulingScopes });
  const { client } = scene;
  const refusalOf = async (template: string, parameters: object) => {
    const body = { parameters } as never;
    const answer = await client.makeWorkflow({ params: { template }, body });
    assert.ok(!answer.ok);
    const { message, details } = answer.error.error;
    return `${answer.status} ${(details as { field?: string }).field}: ${message}`;
  };

  assert.match(await refusalOf('nothing', {}), /^404 .*there are new-appointment/);
  assert.match(await refusalOf('new-appointment', {}), /^400 .*parameters\.channel.* is required/);
  assert.match(
    await refusalOf('new-appointment', desk),
    /^400 .*parameters\.scheduling_connection.* there is no active .*POST \/v1\/connections/,
  );
  assert.match(
    await refusalOf('new-appointment', { chanel: 'x' }),
    /^400 .*parameters\.chanel.* .*did you mean channel\?/,
  );
  assert.match(await refusalOf('failed-sync', {}), /^400 .*parameters\.to.* .*no owner/);
  await connectOwn({ client }, 'scheduling');
  assert.match(
    await refusalOf('new-appointment', { ...desk, patient_names: 'maybe' }),
    /^400 .*parameters\.patient_names.* must be true or false/,
  );
  assert.match(
    await refusalOf('new-appointment', { ...desk, messaging_connection: 'Own' }),
    /^400 .*parameters\.messaging_connection.* must be a connection of the provider messaging/,
  );
  await connectOwn({ client }, 'messaging', 'Bot');
  assert.match(
    await refusalOf('new-appointment', desk),
    /^400 parameters\.channel: .*parameters\.channel.* names no channel/,
  );
  const slack = await connectSlack(scene, await makeSlack({ records: 0 }));
  assert.match(
    await refusalOf('new-patient', { crm_connection: slack, object: 'usrs' }),
    /^400 parameters\.object: .*usrs/,
  );
  await connectOwn({ client }, 'messaging', 'Another');
  assert.match(
    await refusalOf('new-appointment', desk),
    /^400 .*parameters\.messaging_connection.* .*several/,
  );
});
