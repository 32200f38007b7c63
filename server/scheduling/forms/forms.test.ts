import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { operatorOf } from '../../platform/access/callers.ts';
import { AppError } from '../../runtime/errors.ts';
import { readId } from '../../runtime/ids.ts';
import { silent } from '../../testing/cluster.ts';
import { startServer } from '../../testing/server.ts';
import { advanceTime, setTime } from '../../testing/time.ts';
import { accepted, refused, refusedField } from '../testing/answers.ts';
import {
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  type Scene,
} from '../testing/scene.ts';
import { send } from '../testing/wire.ts';
import { completeForm, type FilledIn } from './forms.ts';
import { insertForm } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
beforeEach(() => setTime(app, '2031-05-06T12:00:00Z'));

const filledIn: FilledIn = {
  answers: { allergies: 'Không có — none 🦷', signature: 'Ada Smith' },
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0',
};

async function makeForm({ organization, practice }: Scene): Promise<void> {
  await app.server.platform.database.of(organization).transaction((tx) =>
    insertForm(tx, organization, {
      practiceId: readId('practice', practice.id) as number,
      title: 'Medical history',
      fields: [
        { name: 'allergies', label: 'Allergies', type: 'long_text', required: false },
        { name: 'signature', label: 'Signature', type: 'signature', required: true },
      ],
      now: app.clock.now(),
    }),
  );
}

/** Completes the form of an appointment, as the patient does. */
async function complete({ organization }: Scene, appointmentId: number, filled = filledIn) {
  await app.server.platform.database.of(organization).transaction((tx) =>
    completeForm(
      {
        tx,
        organization,
        caller: operatorOf(organization),
        now: app.clock.now(),
        log: silent,
        requestId: 'req_test',
        origin: 'http://localhost',
      },
      appointmentId,
      filled,
    ),
  );
}

async function makeOne(scene: Scene, time = '09:00') {
  const { id } = await makeBooking(scene, `2031-05-07T${time}:00-05:00`);
  return makeAppointment(scene, id);
}

/** A scene with a form and an appointment whose form is complete. */
async function makeCompleted() {
  const scene = await makeSchedule(app);
  await makeForm(scene);
  const { appointment_id, appointment_guid } = await makeOne(scene);
  await complete(scene, appointment_id);
  return { ...scene, appointment_id, guid: appointment_guid };
}

const guidsSince = async ({ client }: Pick<Scene, 'client'>, since: string) =>
  accepted(await client.listFormGuids({ query: { since } })).appointment_guids;

test('a completed form is answered byte for byte as documented', async () => {
  const scene = await makeCompleted();

  const answer = await send(scene, 'GET', `/forms/form?appointment_guid=${scene.guid}`);

  assert.equal(answer.status, 200);
  const { pdf, submitted_at } = answer.json();
  assert.match(submitted_at, /^2031-05-06T12:00:\d\d\.\d{3}Z$/);
  assert.equal(
    answer.text,
    `{"appointment_guid":"${scene.guid}","ipv4":"203.0.113.7","ipv6":null,` +
      `"user_agent":"Mozilla/5.0","submitted_at":"${submitted_at}","pdf":{"boundary":null,` +
      `"preamble":null,"epilogue":null,"charset":"US-ASCII",` +
      `"part_sort_order":["text/plain","text/enriched","text/html"],"parts":[],` +
      `"raw_source":"${pdf.raw_source}","encoding":"base64"},` +
      `"json":{"appointment_guid":"${scene.guid}","allergies":"Không có — none 🦷",` +
      `"signature":"Ada Smith"}}`,
  );
});

test('the PDF of a form is one, and stays the same', async () => {
  const scene = await makeCompleted();
  const read = async () => {
    const query = { appointment_guid: scene.guid };
    return accepted(await scene.client.getForm({ query })).pdf.raw_source;
  };

  const first = await read();
  const second = await read();

  const bytes = Buffer.from(first, 'base64');
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  assert.equal(bytes.toString('base64'), first);
  assert.equal(second, first);
});

for (const [ip, ipv4, ipv6] of [
  ['::ffff:198.51.100.9', '198.51.100.9', null],
  ['2001:db8::1', null, '2001:db8::1'],
  [undefined, null, null],
] as const) {
  test(`an address of ${ip} is kept as what it is`, async () => {
    const scene = await makeSchedule(app);
    await makeForm(scene);
    const { appointment_id, appointment_guid } = await makeOne(scene);
    await complete(scene, appointment_id, { ...filledIn, ip, userAgent: undefined });

    const answer = await scene.client.getForm({ query: { appointment_guid } });

    const form = accepted(answer);
    assert.deepEqual([form.ipv4, form.ipv6, form.user_agent], [ipv4, ipv6, null]);
  });
}

test('no answer of a patient takes the place of the GUID', async () => {
  const scene = await makeSchedule(app);
  const { organization, practice } = scene;
  await app.server.platform.database.of(organization).transaction((tx) =>
    insertForm(tx, organization, {
      practiceId: readId('practice', practice.id) as number,
      title: 'Odd',
      fields: [{ name: 'appointment_guid', label: 'Odd', type: 'text', required: false }],
      now: app.clock.now(),
    }),
  );
  const { appointment_id, appointment_guid } = await makeOne(scene);
  await complete(scene, appointment_id, { ...filledIn, answers: { appointment_guid: 'mine' } });

  const answer = await scene.client.getForm({ query: { appointment_guid } });

  assert.equal(accepted(answer).json.appointment_guid, appointment_guid);
});

test('exactly the forms completed since are listed, in the order of their completion', async () => {
  const scene = await makeSchedule(app);
  await makeForm(scene);
  const first = await makeOne(scene, '09:00');
  const second = await makeOne(scene, '10:00');
  const third = await makeOne(scene, '11:00');
  await makeOne(scene, '12:00');
  for (const { appointment_id } of [third, first, second]) {
    await complete(scene, appointment_id);
    await advanceTime(app, { minutes: 10 });
  }

  const all = await guidsSince(scene, '2031-05-06T12:00:00Z');
  const later = await guidsSince(scene, '2031-05-06T07:05:00-05:00');
  const last = await guidsSince(scene, '2031-05-06T17:45:00 05:30');
  const none = await guidsSince(scene, '2031-05-06T12:30:00Z');

  const [a, b, c] = [third, first, second].map((one) => one.appointment_guid);
  assert.deepEqual([all, later, last, none], [[a, b, c], [b, c], [c], []]);
});

test('since is inclusive, to the millisecond', async () => {
  const scene = await makeCompleted();
  const query = { appointment_guid: scene.guid };
  const { submitted_at } = accepted(await scene.client.getForm({ query }));
  const after = new Date(Date.parse(submitted_at) + 1).toISOString();

  const lists = [await guidsSince(scene, submitted_at), await guidsSince(scene, after)];

  assert.deepEqual(lists, [[scene.guid], []]);
});

for (const [since, why] of [
  ['2031-04-06T11:59:00Z', 'more than a month ago'],
  ['2001-01-01', 'long ago'],
  ['yesterday', 'no date'],
  ['', 'empty'],
] as const) {
  test(`since is refused when it is ${why}, and named`, async () => {
    const { client } = await makeSchedule(app);

    const answer = await client.listFormGuids({ query: { since } });

    assert.equal(refusedField(answer), 'since');
  });
}

test('since is required', async () => {
  const scene = await makeSchedule(app);

  const answer = await send(scene, 'GET', '/forms/form_guids');

  assert.equal(answer.status, 400);
  assert.equal(answer.json().errors[0].field, 'since');
});

test('since may be up to a month ago, or lie ahead', async () => {
  const scene = await makeCompleted();

  const monthAgo = await guidsSince(scene, '2031-04-06T12:01:00Z');
  const ahead = await guidsSince(scene, '2032-01-01T00:00:00Z');

  assert.deepEqual([monthAgo, ahead], [[scene.guid], []]);
});

test('the form of a cancelled appointment stays readable and listed', async () => {
  const scene = await makeCompleted();
  accepted(await scene.client.cancelAppointment({ params: { id: scene.guid } }));

  const answer = await scene.client.getForm({ query: { appointment_guid: scene.guid } });

  assert.equal(accepted(answer).appointment_guid, scene.guid);
  assert.deepEqual(await guidsSince(scene, '2031-05-06T00:00:00Z'), [scene.guid]);
});

test('an appointment without a completed form, of others, out of reach or of nobody is not there', async () => {
  const scene = await makeCompleted();
  const elsewhere = await makeSchedule(app);
  const { organization } = scene;
  const reach = await makeConsumer(app, organization, { practices: [elsewhere.practice.id] });
  const { appointment_guid: incomplete } = await makeOne(scene, '10:00');

  const answers = [
    await scene.client.getForm({ query: { appointment_guid: incomplete } }),
    await scene.client.getForm({
      query: { appointment_guid: '00000000-0000-4000-8000-000000000000' },
    }),
    await scene.client.getForm({ query: { appointment_guid: String(scene.appointment_id) } }),
    await elsewhere.client.getForm({ query: { appointment_guid: scene.guid } }),
    await reach.client.getForm({ query: { appointment_guid: scene.guid } }),
  ];

  for (const answer of answers) refused(answer, 404, 'not_found');
  assert.deepEqual(await guidsSince(reach, '2031-05-06T00:00:00Z'), []);
  assert.deepEqual(await guidsSince(elsewhere, '2031-05-06T00:00:00Z'), []);
});

test('appointment_guid is required', async () => {
  const scene = await makeSchedule(app);

  const answer = await send(scene, 'GET', '/forms/form');

  assert.equal(answer.status, 400);
  assert.equal(answer.json().errors[0].field, 'appointment_guid');
});

for (const [what, answers] of [
  ['lacks a required answer', { allergies: 'none' }],
  ['is signed with a blank', { allergies: 'none', signature: '  ' }],
  ['answers what was not asked', { signature: 'Ada', colour: 'red' }],
] as const) {
  test(`a form that ${what} is not completed`, async () => {
    const scene = await makeSchedule(app);
    await makeForm(scene);
    const { appointment_id, appointment_guid } = await makeOne(scene);

    const completing = complete(scene, appointment_id, { ...filledIn, answers });

    await assert.rejects(completing, (error) => error instanceof AppError && error.status === 400);
    const answer = await scene.client.getForm({ query: { appointment_guid } });
    refused(answer, 404, 'not_found');
  });
}

test('a form is completed once', async () => {
  const scene = await makeCompleted();

  const again = complete(scene, scene.appointment_id);

  await assert.rejects(again, (error) => error instanceof AppError && error.code === 'gone');
});
