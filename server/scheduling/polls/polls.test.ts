import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { readId } from '../../runtime/ids.ts';
import { startServer } from '../../testing/server.ts';
import { advanceTime, setTime } from '../../testing/time.ts';
import { accepted } from '../testing/answers.ts';
import {
  makeAppointment,
  makeBooking,
  makeConsumer,
  makeSchedule,
  type Scene,
} from '../testing/scene.ts';
import { send } from '../testing/wire.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const nouns = ['patients', 'appointments'] as const;
type Noun = (typeof nouns)[number];
beforeEach(() => setTime(app, '2031-05-06T12:00:00Z'));

/** Three appointments at 12:00, 12:10 and 12:20 UTC, and when each was made to the millisecond. */
async function makeThree(scene: Scene): Promise<string[]> {
  const instants: string[] = [];
  for (const hour of ['09', '10', '11']) {
    const { id } = await makeBooking(scene, `2031-05-07T${hour}:00:00-05:00`);
    const { patient_id } = await makeAppointment(scene, id);
    const patients = accepted(
      await scene.client.listPatients({ params: { id: scene.practice.id } }),
    );
    const made = patients.find((one) => one.id === patient_id)?.created_at as string;
    instants.push(made);
    await advanceTime(app, { minutes: 10 });
  }
  return instants;
}

function poll(scene: Scene, noun: Noun, query = '', practices = 'practices') {
  return send(scene, 'GET', `/scheduling/${practices}/${scene.practice.id}/${noun}${query}`);
}

async function createdBy(answer: Awaited<ReturnType<typeof poll>>): Promise<string[]> {
  assert.equal(answer.status, 200, answer.text);
  return answer.json().map((row: { created_at: string }) => row.created_at);
}

test('an appointment is written byte for byte as documented', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  const made = await makeAppointment(scene, id);

  const answer = await poll(scene, 'appointments');

  const at = answer.json()[0].created_at;
  assert.equal(
    answer.text,
    `[{"id":${made.appointment_id},"guid":"${made.appointment_guid}","status":"scheduled",` +
      `"appointment_datetime":"2031-05-07T14:00:00.000Z",` +
      `"booking_patient_id":${made.patient_id},"booking_id":${readId('booking', id)},` +
      `"created_at":"${at}","updated_at":"${at}"}]`,
  );
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('an appointment that was cancelled says so, and when', async () => {
  const scene = await makeSchedule(app);
  const [made] = await makeThree(scene);
  const [first] = (await poll(scene, 'appointments')).json();
  accepted(await scene.client.cancelAppointment({ params: { id: String(first.id) } }));

  const answer = await poll(scene, 'appointments');

  const [cancelled, next] = answer.json();
  assert.deepEqual([cancelled.status, next.status], ['cancelled', 'scheduled']);
  assert.equal(cancelled.created_at, made);
  assert.match(cancelled.updated_at, /^2031-05-06T12:30/);
});

for (const noun of nouns) {
  test(`${noun}: without since, everything is answered in the order of its creation`, async () => {
    const scene = await makeSchedule(app);
    const made = await makeThree(scene);

    const answer = await poll(scene, noun);

    assert.deepEqual(await createdBy(answer), made);
  });

  test(`${noun}: since is inclusive, to the millisecond`, async () => {
    const scene = await makeSchedule(app);
    const made = await makeThree(scene);
    const second = made[1] as string;
    const later = new Date(Date.parse(second) + 1).toISOString();

    const from = await poll(scene, noun, `?since=${second}`);
    const after = await poll(scene, noun, `?since=${later}`);

    assert.deepEqual(await createdBy(from), made.slice(1));
    assert.deepEqual(await createdBy(after), made.slice(2));
  });

  for (const since of [
    '2031-05-06T12:05:00Z',
    '2031-05-06T07:05:00-05:00',
    '2031-05-06T17:35:00+05:30',
    '2031-05-06T17:35:00%2B05:30',
    '2031-05-06 12:05',
    '2031-05-06T12:05:00',
  ]) {
    test(`${noun}: since=${since} is five past twelve`, async () => {
      const scene = await makeSchedule(app);
      const made = await makeThree(scene);

      const answer = await poll(scene, noun, `?since=${since}`);

      assert.deepEqual(await createdBy(answer), made.slice(1));
    });
  }

  test(`${noun}: both spellings of the path answer the same`, async () => {
    const scene = await makeSchedule(app);
    const made = await makeThree(scene);

    const plural = await poll(scene, noun, `?since=${made[1]}`);
    const singular = await poll(scene, noun, `?since=${made[1]}`, 'practice');

    assert.equal(singular.text, plural.text);
    assert.equal(plural.json().length, 2);
  });

  test(`${noun}: pages lead over everything, without a gap or a double`, async () => {
    const scene = await makeSchedule(app);
    const made = await makeThree(scene);
    const pages: string[][] = [];
    let path: string | undefined =
      `/scheduling/practice/${scene.practice.id}/${noun}?since=${made[0]}&limit=2`;

    while (path !== undefined) {
      const answer = await send(scene, 'GET', path);
      pages.push(await createdBy(answer));
      path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
    }

    assert.deepEqual(pages, [made.slice(0, 2), made.slice(2)]);
  });

  test(`${noun}: the last page has no next one, even when it is full`, async () => {
    const scene = await makeSchedule(app);
    await makeThree(scene);

    const answer = await poll(scene, noun, '?limit=3');

    assert.equal(answer.json().length, 3);
    assert.equal(answer.headers.has('link'), false);
  });

  for (const query of [
    'since=yesterday',
    'since=',
    'since=2031-02-30',
    'since=2031-05-06&since=2031-05-07',
    'limit=0',
    'limit=10001',
    'limit=many',
    'limit=1.5',
    'cursor=nonsense',
    'cursor=',
    'cursor=-1zzzzzzzzzz-1',
    'cursor=zzzzzzzzzzz-1',
  ]) {
    test(`${noun}: ${query} is refused, and the field is named`, async () => {
      const scene = await makeSchedule(app);

      const answer = await poll(scene, noun, `?${query}`);

      assert.equal(answer.status, 400, answer.text);
      assert.equal(answer.json().status, 'invalid_request');
      assert.equal(answer.json().errors[0].field, query.split('=', 1)[0]);
    });
  }

  test(`${noun}: a practice out of reach, of others or of nobody is not there`, async () => {
    const scene = await makeSchedule(app);
    const elsewhere = await makeSchedule(app);
    const reach = await makeConsumer(app, scene.organization, {
      practices: [elsewhere.practice.id],
    });

    const answers = [
      await poll({ ...scene, ...reach }, noun),
      await poll({ ...scene, practice: elsewhere.practice }, noun),
      await poll({ ...scene, practice: { ...scene.practice, id: '9999999' } }, noun),
    ];

    for (const { status, json } of answers) {
      assert.deepEqual([status, json().status], [404, 'not_found']);
    }
  });

  test(`${noun}: one practice does not see what another has`, async () => {
    const scene = await makeSchedule(app);
    await makeThree(await makeSchedule(app));

    const answer = await poll(scene, noun);

    assert.equal(answer.text, '[]');
  });
}

const count = 25_000;

test('twenty-five thousand rows are answered whole and in order, at once and in pages', async () => {
  const scene = await makeSchedule(app);
  const { id } = await makeBooking(scene, '2031-05-07T09:00:00-05:00');
  await makeAppointment(scene, id);
  const wall = app.server.platform.database.of(scene.organization);
  await wall.transaction(async (tx) => {
    // None is later than what stamped them last: the appointment.
    await tx.rows(`update scheduling.patient set created_at = created_at - interval '1 hour'`);
    await tx.rows(
      `insert into scheduling.patient (organization_id, practice_id, location_id, booking_id,
         first_name, last_name, email, phone, zip_code, guardian_name, message, created_at,
         updated_at)
       select organization_id, practice_id, location_id, booking_id, 'Patient ' || n, last_name,
         email, phone, zip_code, guardian_name, message, created_at + n / 10 * interval '1 ms',
         updated_at
       from scheduling.patient, generate_series(2, $1) n`,
      [count],
    );
  });

  const whole = (await poll(scene, 'patients')).json() as { id: number }[];
  const paged: { id: number }[] = [];
  let path: string | undefined = `/scheduling/practices/${scene.practice.id}/patients?limit=7000`;
  while (path !== undefined) {
    const answer = await send(scene, 'GET', path);
    paged.push(...answer.json());
    path = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  }

  assert.equal(whole.length, count);
  assert.deepEqual(
    whole.map((row) => row.id),
    whole.map((row) => row.id).toSorted((a, b) => a - b),
  );
  assert.equal(new Set(whole.map((row) => row.id)).size, count);
  assert.deepEqual(paged, whole);
});
