import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../../runtime/testing/until.ts';
import { makeHubspot } from '../../connectors/hubspot/testing/place.ts';
import { runnersOf } from '../../testing/runners.ts';
import { bodyOf } from '../../testing/scene.ts';
import { startFollowing } from './testing/followed.ts';

const { ask, follow, scene } = await startFollowing();

test('what changes in a database is followed into a CRM, whoever is killed meanwhile', async () => {
  const hubspot = await makeHubspot({ records: 0 });
  const config = { base_url: hubspot.url };
  const body = { provider: 'hubspot', name: 'CRM', config, credentials: hubspot.credentials };
  const { id: to } = bodyOf(await scene.client.createConnection({ body }));
  const mail = (id: string) => `'p' || ${id} || '@company.example'`;
  await ask.query(`create table people (email text primary key, firstname text, lastname text);
    insert into people select ${mail('n')}, 'First', 'Last' from generate_series(1, 300) n`);
  const sync = await follow('people', { to, table: 'contacts', key: ['email'] });
  const there = () =>
    [...hubspot.type('contacts').records.values()]
      .filter(({ archivedAt }) => archivedAt === undefined)
      .map(({ properties: { email, firstname, lastname } }) => [email, firstname, lastname].join())
      .sort();
  const untilSame = () =>
    until('the CRM has what the table has', async () => {
      const { rows } = await ask.query(
        `select concat_ws(',', email, firstname, lastname) as row from people`,
      );
      const here = rows.map(({ row }) => row as string).sort();
      return JSON.stringify(there()) === JSON.stringify(here);
    });
  await untilSame();

  for (let round = 0; round < 3; round += 1) {
    await ask.query(`update people set firstname = 'R${round}' where email < 'p2';
      delete from people where email = ${mail(`${round + 3}`)};
      insert into people values (${mail(`${1000 + round}`)}, 'New', 'One');
      update people set email = ${mail(`${2000 + round}`)} where email = ${mail(`${round + 20}`)}`);
    for (const pid of runnersOf(process.pid)) process.kill(pid, 'SIGKILL');
    await untilSame();
  }

  const [run] = bodyOf(await scene.client.listRuns({ params: { sync } }));
  assert.deepEqual([run?.status, run?.records_failed], ['running', 0]);
});
