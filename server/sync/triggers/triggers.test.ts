import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startFollowing } from '../engine/realtime/testing/followed.ts';
import { bodyOf, makeSync, untilOver } from '../testing/scene.ts';

const { app, scene, source, ask, from: connection, to } = await startFollowing();
const { client } = scene;
await ask.query(`create table orders (id int primary key, total numeric, status text);
  insert into orders values (1, 49.90, 'paid');
  create table notes (text text)`);
const ends = { from: connection, to, object: 'orders', table: 'copy' };
const sync = await makeSync(scene, ends);

type Body = NonNullable<Parameters<typeof client.createTrigger>[0]>['body'];

async function refusalOf(body: Partial<Body>) {
  const answer = await client.createTrigger({
    body: { name: 'Test', target: { sync_id: sync }, ...body } as Body,
  });
  assert.ok(!answer.ok, JSON.stringify(answer));
  const { error } = answer.error as { error: { message: string; details: { field: string } } };
  return { status: answer.status, field: error.details.field, message: error.message };
}

const make = async (body: Partial<Body>) =>
  bodyOf(
    await client.createTrigger({
      body: { name: 'Test', target: { sync_id: sync }, ...body } as Body,
    }),
  );

const orders = { connection_id: connection, object: 'orders' };

describe('a trigger', () => {
  test('is made, listed, changed and deleted', async () => {
    const made = await make({ type: 'record_created', ...orders, filter: 'total > 1000' });
    const params = { trigger: made.id };

    const changed = bodyOf(
      await client.patchTrigger({ params, body: { name: 'Large', filter: 'total > 5000' } }),
    );
    const cleared = bodyOf(await client.putTrigger({ params, body: { filter: [] } }));
    const listed = bodyOf(await client.listTriggers());
    const deleted = await client.deleteTrigger({ params });
    const gone = await client.getTrigger({ params });

    assert.partialDeepStrictEqual(made, {
      type: 'record_created',
      ...orders,
      filter: 'total > 1000',
      target: { sync_id: sync, workflow_id: null },
      from: 'now',
      enabled: true,
      inline: false,
      fired: 0,
    });
    assert.deepEqual([changed.name, changed.filter], ['Large', 'total > 5000']);
    assert.equal(cleared.filter, null);
    assert.ok(listed.some(({ id }) => id === made.id));
    assert.deepEqual([deleted.status, gone.status], [204, 404]);
  });

  const record = { type: 'record_created', ...orders } as const;
  const refused: [string, Partial<Body>, string, RegExp][] = [
    [
      'without an object',
      { type: 'record_updated', connection_id: connection },
      'object',
      /required/,
    ],
    ['without its field', { ...record, type: 'field_changed' }, 'field', /required/],
    ['without a schedule', { type: 'schedule' }, 'schedule', /required/],
    ['without an event', { type: 'event' }, 'event', /required/],
    ['with what another type has', { ...record, schedule: 'daily' }, 'schedule', /leave it out/],
    [
      'with a schedule of nothing',
      { type: 'schedule', schedule: 'sometimes' },
      'schedule',
      /be "hourly", .*cron/,
    ],
    ['in realtime', { type: 'schedule', schedule: 'realtime' }, 'schedule', /be "hourly", .*cron/],
    [
      'of a zone that is none',
      { type: 'schedule', schedule: 'daily', timezone: 'Mars' },
      'timezone',
      /IANA/,
    ],
    ['of no connection', { ...record, connection_id: 'conn_0' }, 'connection_id', /no connection/],
    ['of no object', { ...record, object: 'ordres' }, 'object', /ordres/],
    [
      'of no field',
      { ...record, type: 'field_changed', field: 'state' },
      'field',
      /no field state/,
    ],
    ['of an object without a key', { ...record, object: 'notes' }, 'object', /primary key/],
    ['with a broken filter', { ...record, filter: 'total >' }, 'filter', /character/],
    ['with a filter on no field', { ...record, filter: "x = '1'" }, 'filter', /no field x/],
    [
      'with a cursor where none is needed',
      { ...record, cursor_field: 'id' },
      'cursor_field',
      /tells/,
    ],
    ['without a target', { ...record, target: {} }, 'target.workflow_id', /required/],
    [
      'with two targets',
      { ...record, target: { sync_id: sync, workflow_id: 'wf_0' } },
      'target',
      /one of/,
    ],
    [
      'of no workflow',
      { ...record, target: { workflow_id: 'wf_0' } },
      'target.workflow_id',
      /wf_0/,
    ],
    ['of no sync', { ...record, target: { sync_id: 'sync_0' } }, 'target.sync_id', /sync_0/],
    ['of a type that is none', { ...record, type: 'never' as 'event' }, 'type', /one of|must/],
  ];
  for (const [what, body, field, message] of refused) {
    test(`${what} is refused by the name of its member`, async () => {
      const refusal = await refusalOf(body);

      assert.deepEqual([refusal.status, refusal.field], [400, field], refusal.message);
      assert.match(refusal.message, message);
    });
  }

  test('holds its sync, and outlives its connection', async () => {
    const body = {
      provider: 'postgres',
      name: 'Other',
      credentials: source.credentials('postgres'),
    };
    const { id: other } = bodyOf(await client.createConnection({ body: { ...body } }));
    const held = await makeSync(scene, { ...ends, table: 'held' });
    const { id } = await make({
      type: 'record_updated',
      ...{ connection_id: other, object: 'orders', target: { sync_id: held } },
    });

    const refused = await client.deleteSync({ params: { sync: held } });
    bodyOf({ ...(await client.deleteConnection({ params: { connection: other } })) });
    const after = bodyOf(await client.getTrigger({ params: { trigger: id } }));

    assert.equal(refused.status, 409);
    assert.ok(JSON.stringify(refused).includes(`In use by Test (${id})`), JSON.stringify(refused));
    assert.deepEqual([after.status, after.connection_id], ['error', other]);
    assert.match(after.message ?? '', /connection was deleted/);
  });
});

describe('a trigger that is called', () => {
  test('runs its sync, once for each Idempotency-Key', async () => {
    const { id } = await make({ type: 'api_call' });
    const fire = () =>
      client.fireTrigger(
        {
          params: { trigger: id },
          body: { id: '1' },
        },
        { headers: { 'idempotency-key': 'once' } },
      );

    const fired = bodyOf(await fire());
    const again = bodyOf(await fire());
    const run = await untilOver(scene, sync, fired.run_id);
    const after = bodyOf(await client.getTrigger({ params: { trigger: id } }));

    assert.deepEqual(again, fired);
    assert.deepEqual([run.status, run.trigger, run.records_written], ['completed', 'trigger', 1]);
    assert.deepEqual([after.fired, after.skipped], [1, 0]);
    assert.ok(after.last_fired_at);
  });

  test('refuses where it is none, or is disabled', async () => {
    const other = await make({ type: 'schedule', schedule: 'daily' });
    const disabled = await make({ type: 'api_call', enabled: false });
    const fire = (trigger: string) => client.fireTrigger({ params: { trigger }, body: {} });

    const [one, two] = [await fire(other.id), await fire(disabled.id)];

    assert.deepEqual([one.status, two.status], [400, 400]);
  });
});

describe('a trigger with a schedule', () => {
  test('fires at its time, once, and says when it comes again', async () => {
    const own = await makeSync(scene, { ...ends, table: 'hourly' });
    const target = { sync_id: own };
    const { id, next_run_at } = await make({ type: 'schedule', schedule: 'hourly', target });

    app.clock.advance({ hours: 3 });
    const after = await until('it has fired', async () => {
      const shown = bodyOf(await client.getTrigger({ params: { trigger: id } }));
      return shown.fired > 0 && shown;
    });
    const runs = bodyOf(await client.listRuns({ params: { sync: own } }));

    assert.ok(next_run_at && after.next_run_at && after.next_run_at > next_run_at);
    assert.deepEqual([after.fired, runs.length, runs[0]?.trigger], [1, 1, 'trigger']);
  });
});
