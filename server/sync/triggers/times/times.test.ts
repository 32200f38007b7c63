import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, test } from 'node:test';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { until } from '../../../runtime/testing/until.ts';
import { bodyOf, makeSync } from '../../testing/scene.ts';
import { startBetween } from '../../testing/started.ts';

const { app, scene, from, to, makeTable } = await startBetween();
await app.another();
const { client, organization } = scene;
const object = await makeTable(1);

/** A trigger at times, of a sync of its own, and a look at what it has set off. */
async function make(schedule: string, timezone?: string) {
  const sync = await makeSync(scene, { from, to, object, table: 'copies' });
  const body = { name: 'Test', type: 'schedule', schedule, target: { sync_id: sync } } as const;
  const made = bodyOf(
    await client.createTrigger({ body: { ...body, timezone: timezone ?? null } }),
  );
  const params = { trigger: made.id };
  const runs = async () => bodyOf(await client.listRuns({ params: { sync } }));
  return {
    made,
    params,
    runs,
    show: async () => bodyOf(await client.getTrigger({ params })),
    change: async (body: object) => bodyOf(await client.patchTrigger({ params, body })),
    untilRuns: (count: number) =>
      until(`it has run ${count} times`, async () => {
        const all = await runs();
        return all.length >= count && all.every(({ status }) => status === 'completed') && all;
      }),
  };
}

const instant = (text: string | null) => new Date(text ?? 0).toISOString();

test('two servers fire once for each time, and once for those that were missed', async () => {
  const hourly = await make('hourly');

  app.clock.advance({ hours: 5 });
  await hourly.untilRuns(1);
  app.clock.advance({ hours: 1 });
  const runs = await hourly.untilRuns(2);
  const after = await hourly.show();
  await hourly.change({ enabled: false });

  assert.deepEqual(
    runs.map(({ trigger }) => trigger),
    ['trigger', 'trigger'],
  );
  assert.deepEqual([after.fired, after.skipped], [2, 0]);
  assert.ok(new Date(after.next_run_at ?? 0) > app.clock.now());
});

test('another schedule holds at once; one that is disabled, deleted or lost fires as it is then', async () => {
  const [quick, disabled, deleted, lost] = [
    await make('daily'),
    await make('hourly'),
    await make('hourly'),
    await make('hourly'),
  ];
  const changed = await quick.change({ schedule: '*/2 * * * *' });
  const renamed = await lost.change({ name: 'Other' });
  const off = await disabled.change({ enabled: false });
  await client.deleteTrigger({ params: deleted.params });
  await app.server.platform.database
    .of(organization)
    .transaction((tx) =>
      tx.rows('update sync.trigger set next_run_at = null where id = $1', [lost.made.id]),
    );

  await until('it has a time again', async () => (await lost.show()).next_run_at !== null);
  app.clock.advance({ minutes: 61 });
  await Promise.all([lost.untilRuns(1), quick.untilRuns(1)]);
  await Promise.all([quick.change({ enabled: false }), lost.change({ enabled: false })]);

  const soon = new Date(changed.next_run_at ?? 0).getTime() - app.clock.now().getTime();
  assert.ok(soon < 120_000, String(soon));
  assert.equal(renamed.next_run_at, lost.made.next_run_at);
  assert.equal(off.next_run_at, null);
  assert.deepEqual([await disabled.runs(), await deleted.runs()], [[], []]);
});

test('a time that a clock skips in spring, and one that it shows twice in autumn, comes once', async () => {
  app.clock.set('2027-03-27T12:00:00Z');
  const spring = await make('30 2 * * *', 'Europe/Berlin');
  app.clock.set('2027-03-28T00:59:00Z');
  const before = await spring.runs();
  app.clock.set('2027-03-28T01:00:30Z');
  await spring.untilRuns(1);
  const after = await spring.show();
  await spring.change({ enabled: false });
  app.clock.set('2027-11-07T04:00:00Z');
  const autumn = await make('30 1 * * *', 'America/New_York');
  app.clock.set('2027-11-07T05:30:30Z');
  await autumn.untilRuns(1);
  const later = await autumn.show();
  await autumn.change({ enabled: false });

  assert.equal(instant(spring.made.next_run_at), '2027-03-28T01:00:00.000Z');
  assert.deepEqual(before, []);
  assert.equal(instant(after.next_run_at), '2027-03-29T00:30:00.000Z');
  assert.equal(instant(autumn.made.next_run_at), '2027-11-07T05:30:00.000Z');
  assert.equal(instant(later.next_run_at), '2027-11-08T06:30:00.000Z');
});

test('a time at which its sync is under way is skipped, and counted', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  after(() => silent.close());
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const body = {
    provider: 'postgres',
    name: 'Silent',
    credentials: { host: '127.0.0.1', port, database: 'none', user: 'nobody' },
  };
  const query = { check: false };
  const away = bodyOf(await client.createConnection({ body, query })).id;
  const sync = await makeSync(scene, { from: away, to, object });
  const trigger = { name: 'Test', type: 'schedule', schedule: 'hourly' } as const;
  const { id } = bodyOf(
    await client.createTrigger({ body: { ...trigger, target: { sync_id: sync } } }),
  );
  const show = async () => bodyOf(await client.getTrigger({ params: { trigger: id } }));

  app.clock.advance({ hours: 1 });
  await until('it has fired', async () => (await show()).fired === 1);
  app.clock.advance({ hours: 1 });
  const shown = await until('the next time has passed', async () => {
    const one = await show();
    return one.skipped > 0 && one;
  });
  await client.patchTrigger({ params: { trigger: id }, body: { enabled: false } });

  assert.deepEqual([shown.fired, shown.skipped], [1, 1]);
});

test('one that cannot be fired holds up no other, and has its next time', async () => {
  const [broken, whole] = [await make('hourly'), await make('hourly')];
  await asOwner(
    app.address,
    `create function sync.refuse() returns trigger language plpgsql as
       $$ begin raise 'no' using errcode = 'invalid_parameter_value'; end $$;
     create trigger refuse before insert on sync.run for each row
       when (new.sync_id = '${broken.made.target.sync_id}') execute function sync.refuse();`,
  );

  app.clock.advance({ hours: 1 });
  await whole.untilRuns(1);
  const shown = await broken.show();
  await Promise.all([broken.change({ enabled: false }), whole.change({ enabled: false })]);

  assert.deepEqual([shown.fired, await broken.runs()], [0, []]);
  assert.ok(new Date(shown.next_run_at ?? 0) > app.clock.now());
});
