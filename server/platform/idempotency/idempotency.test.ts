import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Tx } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { silent } from '../../testing/cluster.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { type Caller, operatorOf } from '../access/callers.ts';
import { housekeepingJob } from '../housekeeping.ts';
import { answerOnce, fingerprintOf, formerFingerprintOf, keptError } from './idempotency.ts';
import type { KeptAnswer } from './store.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);
const { database } = app.server.platform;
const answer: KeptAnswer = { status: 201, headers: { 'x-own': 'yes' }, body: '{"id":1}' };
const caller = { ...operatorOf(organization), kind: 'consumer', id: 1, practiceIds: null } as const;
const request = fingerprintOf('createBooking', { length: 30 });

type Call = { key?: string; by?: Caller; fingerprint?: Buffer; former?: Buffer | undefined };

/** A call as the edge makes it, in a transaction of its own. */
async function call(
  work: (tx: Tx) => Promise<KeptAnswer>,
  { key = 'key', by = caller, fingerprint = request, former }: Call = {},
) {
  const context = {
    caller: by,
    organization,
    now: app.clock.now(),
    log: silent,
    requestId: 'req_1',
    origin: 'http://localhost',
  };
  return database
    .of(organization)
    .transaction((tx) => answerOnce({ ...context, tx }, key, fingerprint, () => work(tx), former));
}

function counting(result: () => KeptAnswer = () => answer) {
  let count = 0;
  const work = async () => {
    count += 1;
    return result();
  };
  return { work, count: () => count };
}

const note = (tx: Tx, subject: string) =>
  tx.rows(
    `insert into platform.audit (organization_id, actor, action, subject, created_at)
     values ($1, 'test', 'test', $2, now())`,
    [organization, subject],
  );
const notes = async (subject: string) =>
  (await asOwner(app.address, 'select from platform.audit where subject = $1', [subject])).length;

test('a repeated call answers what the first one answered, and does nothing', async () => {
  const { work, count } = counting();

  const first = await call(work, { key: 'repeated' });
  const second = await call(work, { key: 'repeated' });

  assert.deepEqual(first, answer);
  assert.deepEqual(second, {
    ...answer,
    headers: { ...answer.headers, 'idempotency-replayed': 'true' },
  });
  assert.equal(count(), 1);
});

test('of calls at once one works, and the others wait for its answer', async () => {
  const { work, count } = counting();

  const answers = await Promise.all(Array.from({ length: 12 }, () => call(work, { key: 'crowd' })));

  assert.equal(count(), 1);
  assert.deepEqual(new Set(answers.map(({ body }) => body)), new Set([answer.body]));
});

test('path, query and body tell requests apart, and so does the method', () => {
  const said = { params: { id: '1' }, query: { scope: 'following' }, body: { text: 'hello' } };
  const others = [
    { ...said, params: { id: '2' } },
    { ...said, query: {} },
    { ...said, body: { text: 'goodbye' } },
  ];

  const all = [said, ...others].flatMap((one) =>
    ['POST', 'PUT'].map((method) => fingerprintOf(method, 'say', one).toString('hex')),
  );

  assert.equal(new Set(all).size, 8);
});

test('a key that an older version kept is answered, unless the path says something', async () => {
  const { work, count } = counting();
  const body = { text: 'hello' };
  const kept = formerFingerprintOf('say', { params: {}, query: {}, body });
  await call(work, { key: 'former', fingerprint: kept as Buffer });
  const again = (params: object, query: object = {}) => {
    const said = { params, query, body };
    const former = formerFingerprintOf('say', said);
    return call(work, { key: 'former', fingerprint: fingerprintOf('POST', 'say', said), former });
  };

  const repeated = await again({});
  const refusals = await Promise.allSettled([again({ id: '1' }), again({}, { scope: 'all' })]);

  assert.equal(repeated.body, answer.body);
  for (const one of refusals) assert.equal(one.status, 'rejected');
  assert.equal(count(), 1);
});

test('a key is of one caller and one request', async () => {
  const { work, count } = counting();
  const by = { ...caller, id: 2 };

  await call(work, { key: 'shared' });
  await call(work, { key: 'shared', by });
  const mismatches = [
    call(work, { key: 'shared', fingerprint: fingerprintOf('createBooking', { length: 31 }) }),
    call(work, { key: 'shared', fingerprint: fingerprintOf('createPatient', { length: 30 }) }),
  ];

  for (const mismatch of await Promise.allSettled(mismatches)) {
    assert.equal(mismatch.status, 'rejected');
    assert.equal((mismatch.reason as AppError).code, 'idempotency_mismatch');
  }
  assert.equal(count(), 2);
});

describe('a refusal', () => {
  test('is kept and given again, and what came before it is undone', async () => {
    let count = 0;
    const refuse = async (tx: Tx) => {
      count += 1;
      await note(tx, 'refused');
      throw invalid('length', 'must be shorter.');
    };

    const first = await call(refuse, { key: 'refused' });
    const second = await call(refuse, { key: 'refused' });

    for (const kept of [first, second]) {
      const error = keptError(kept);
      assert.equal(error?.status, 400);
      assert.deepEqual(error.fields, [{ field: 'length', message: 'must be shorter.' }]);
    }
    assert.equal(count, 1);
    assert.equal(await notes('refused'), 0);
  });

  test('that follows a failed statement is kept as well', async () => {
    const refuse = async (tx: Tx) => {
      await tx.rows('select 1 / 0').catch(() => undefined);
      throw new AppError('doctor_unavailable');
    };

    const kept = await call(refuse, { key: 'failed statement' });

    assert.equal(keptError(kept)?.code, 'doctor_unavailable');
  });

  for (const thrown of [new AppError('overloaded'), new Error('a bug')]) {
    test(`that passes is not kept: ${thrown.message.slice(0, 12)}`, async () => {
      const key = `passing ${thrown.constructor.name}`;
      const { work, count } = counting();
      const fail = async (tx: Tx) => {
        await note(tx, key);
        throw thrown;
      };

      await assert.rejects(call(fail, { key }), thrown);
      await call(work, { key });

      assert.equal(count(), 1);
      assert.equal(await notes(key), 0);
    });
  }
});

describe('a key is refused', () => {
  for (const key of ['', 'ä', 'a\tb', 'x'.repeat(256)]) {
    test(`when it is ${JSON.stringify(key.slice(0, 5))} of ${key.length}`, async () => {
      const { work, count } = counting();

      await assert.rejects(call(work, { key }), { code: 'invalid_request' });

      assert.equal(count(), 0);
    });
  }
});

test('a key can be used anew after 24 hours, and housekeeping forgets it', async () => {
  const { work, count } = counting();
  const other = fingerprintOf('createBooking', { length: 60 });
  await call(work, { key: 'old' });
  app.clock.advance({ hours: 23, minutes: 59 });
  await assert.rejects(call(work, { key: 'old', fingerprint: other }), {
    code: 'idempotency_mismatch',
  });

  app.clock.advance({ minutes: 2 });
  await call(work, { key: 'old', fingerprint: other });
  const again = await call(work, { key: 'old', fingerprint: other });
  app.clock.advance({ hours: 25 });
  await housekeepingJob(app.server.platform).run({});

  assert.equal(count(), 2);
  assert.equal(again.headers['idempotency-replayed'], 'true');
  const left = await asOwner(app.address, `select from platform.idempotency where key = 'old'`);
  assert.equal(left.length, 0);
});
