import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { credentialsOf, makeOrg } from '../../connectors/salesforce/testing/org.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startWithFolder } from '../../testing/started.ts';
import { watchingBy } from './testing/watched.ts';

const { app, scene, folder } = await startWithFolder();
const { client, organization } = scene;
const { make } = watchingBy(app, scene);
const path = 'polled.db';
const source = new DatabaseSync(join(folder, path), { timeout: 60_000 });
after(() => source.close());
const provider = { provider: 'sqlite', name: 'Polled', config: { path }, credentials: {} };
const connection_id = bodyOf(await client.createConnection({ body: provider })).id;

let made = 0;
function makeTable(rows: number) {
  made += 1;
  const object = `polled${made}`;
  source.exec(`create table ${object} (id integer primary key, name text, at integer not null);
    with recursive n (id) as (select 1 union all select id + 1 from n where id < ${rows})
    insert into ${object} select id, 'row ' || id, id from n`);
  return { of: { connection_id, object, cursor_field: 'at' }, object };
}

const { database } = app.server.platform;

/** Waits until whatever is there now has been asked for. */
async function untilAsked(trigger: string) {
  const rounds = async () => {
    const [row] = await database
      .of(organization)
      .reading.rows<{ at: Date | null }>(
        'select last_run_at as at from sync.sync where organization_id = $1 and watches = $2',
        [organization, trigger],
      );
    return row?.at?.getTime() ?? 0;
  };
  const before = await rounds();
  let seen = before;
  let ended = 0;
  await until('two more rounds have ended', async () => {
    const now = await rounds();
    if (now !== seen) ended += 1;
    seen = now;
    return ended >= 2;
  });
}

const names = (fired: readonly { record: unknown }[]) =>
  fired.map(({ record }) => (record as { name: string }).name);

test('what is changed between two questions is seen once, and what was there never', async () => {
  const { of, object } = makeTable(10_000);
  const [created, updated] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_updated', ...of }),
  ];
  assert.deepEqual([created.made.status, updated.made.status], ['active', 'active']);

  source.exec(`insert into ${object} values (20001, 'new', 20001)`);
  const changes = ['a', 'b', 'c'].map(
    (name, at) => `update ${object} set name = '${name}', at = ${20_010 + at} where id = 5;`,
  );
  source.exec(`begin; ${changes.join(' ')} commit`);
  await updated.untilFired(1);
  await created.untilFired(1);
  for (const [at, name] of ['d', 'e'].entries()) {
    source.exec(`update ${object} set name = '${name}', at = ${20_020 + at} where id = 5`);
    await updated.untilFired(at + 2);
  }
  source.exec(`update ${object} set at = 20030 where id = 6`);
  const all = await updated.untilFired(4);

  assert.deepEqual(names(all), ['c', 'd', 'e', 'row 6']);
  assert.deepEqual(names(await created.fired()), ['new']);
});

test('what is read once more without a change fires nothing', async () => {
  const { of, object } = makeTable(3);
  const changed = await make({ type: 'field_changed', field: 'name', ...of });

  source.exec(`update ${object} set at = 100 where id = 1`);
  await untilAsked(changed.made.id);
  source.exec(`update ${object} set name = 'other', at = 101 where id = 1`);
  const fired = await changed.untilFired(1);

  assert.deepEqual(names(fired), ['other']);
});

test('a trigger that was disabled sees what happens after it is enabled', async () => {
  const { of, object } = makeTable(3);
  const created = await make({ type: 'record_created', ...of });
  const { params } = created;

  bodyOf(await client.patchTrigger({ params, body: { enabled: false } }));
  source.exec(`insert into ${object} values (101, 'meanwhile', 101)`);
  bodyOf(await client.patchTrigger({ params, body: { enabled: true } }));
  await created.untilStatus('active');
  source.exec(`insert into ${object} values (102, 'later', 102)`);
  await created.untilFired(1);

  assert.deepEqual(names(await created.fired()), ['later']);
});

test('each record fires once, whoever is killed meanwhile', async () => {
  const { of, object } = makeTable(100);
  const created = await make({ type: 'record_created', ...of });

  for (let round = 0; round < 3; round += 1) {
    source.exec(`with recursive n (id) as (select 1 union all select id + 1 from n where id < 500)
      insert into ${object} select 1000 + ${round} * 500 + id, 'new', 1000 + ${round} * 500 + id from n`);
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    await created.untilFired((round + 1) * 500);
  }
  await untilAsked(created.made.id);

  const ids = (await created.fired()).map(({ record }) => (record as { id: number }).id);
  assert.equal(ids.length, 1500);
  assert.equal(new Set(ids).size, 1500);
});

test('an account of Salesforce that is changed three times fires three times', async () => {
  const salesforce = await makeOrg(20);
  const { org } = salesforce;
  const body = {
    ...{ provider: 'salesforce', name: 'Org', config: { base_url: salesforce.url } },
    credentials: credentialsOf(salesforce),
  };
  const { id } = bodyOf(await client.createConnection({ body }));
  const of = { connection_id: id, object: 'account' };
  const [created, updated] = [
    await make({ type: 'record_created', ...of }),
    await make({ type: 'record_updated', filter: "Name LIKE 'Round%'", ...of }),
  ];
  const object = org.object('Account');
  const [account, other] = org.all('Account');
  assert.ok(object && account && other);
  await created.untilStatus('active');
  await updated.untilStatus('active');

  org.update(object, String(other.Id), { Name: 'Another' });
  for (let round = 1; round <= 3; round += 1) {
    org.update(object, String(account.Id), { Name: `Round ${round}` });
    await updated.untilFired(round);
  }
  org.insert(object, { Name: 'New' });
  await created.untilFired(1);

  const namesOf = async (one: typeof created) =>
    (await one.fired()).map(({ record }) => (record as { Name: string }).Name);
  assert.deepEqual(await namesOf(updated), ['Round 1', 'Round 2', 'Round 3']);
  assert.deepEqual(await namesOf(created), ['New']);
});
