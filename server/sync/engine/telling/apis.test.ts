import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { makeHubspot } from '../../connectors/hubspot/testing/place.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from '../realtime/testing/followed.ts';
import { hearing } from './testing/hearing.ts';

const { app, ask, follow, from, scene } = await startFollowing();
const { listen, told, untilTold } = hearing(app, scene);
const rows = 250;

test('what a CRM is given is told, whoever is killed meanwhile', async () => {
  const hubspot = await makeHubspot({ records: 0 });
  const config = { base_url: hubspot.url };
  const body = { provider: 'hubspot', name: 'CRM', config, credentials: hubspot.credentials };
  const { id: to } = bodyOf(await scene.client.createConnection({ body }));
  await ask.query(`create table heard (id int primary key);
    create table people (email text primary key, firstname text);
    insert into people select 'p' || n || '@company.example', 'First'
    from generate_series(1, ${rows}) n`);
  await listen(from);
  const sync = await follow('people', { to, table: 'contacts', key: ['email'] });
  const there = () => [...hubspot.type('contacts').records.values()];

  await until('some are there', async () => there().length > 0);
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  await untilTold(sync, rows);
  await ask.query(`update people set firstname = 'Other' where email = 'p7@company.example';
    delete from people where email = 'p9@company.example';
    insert into people values ('new@company.example', 'New')`);
  await until('the new one is there', async () =>
    there().some(({ properties }) => properties.email === 'new@company.example'),
  );
  for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
  await untilTold(sync, rows + 3);

  const heard = new Set(await told(sync));
  const all = Array.from({ length: rows }, (_, n) => `created p${n + 1}@company.example`);
  assert.deepEqual(
    all.filter((one) => !heard.has(one)),
    [],
  );
  const changed = ['updated p7', 'deleted p9', 'created new'].map(
    (one) => `${one}@company.example`,
  );
  assert.deepEqual(
    changed.filter((one) => !heard.has(one)),
    [],
  );
});
