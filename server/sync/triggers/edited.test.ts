import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { bodyOf } from '../testing/scene.ts';
import { startWithFolder } from '../testing/started.ts';
import { workflowsOf } from '../workflows/testing/scene.ts';

const { scene, folder } = await startWithFolder();
const { client } = scene;
const workflows = workflowsOf(scene);
const path = 'edited.db';
const source = new DatabaseSync(join(folder, path), { timeout: 60_000 });
after(() => source.close());
const provider = { provider: 'sqlite', name: 'Edited', config: { path }, credentials: {} };
const connection_id = bodyOf(await client.createConnection({ body: provider })).id;

test('in a system that is asked, a record that somebody edits sets it off each time as at the first', async () => {
  source.exec(`create table carts (id integer primary key, amount integer, total integer, at integer not null);
    create trigger stamp after update of amount, total on carts
      when new.amount is not old.amount or new.total is not old.total
      begin update carts set at = old.at + 1 where id = new.id; end;
    insert into carts values (1, 0, 0, 1)`);
  const looking = { connection_id, object: 'carts', cursor_field: 'at' };
  const trigger = { type: 'record_updated', ...looking } as const;
  const fields = { id: '{{record.id}}', total: '{{record.amount}}' };
  const write = { type: 'write', connection_id, object: 'carts', operation: 'update', fields };
  const { id: workflow } = await workflows.make({ trigger, actions: [write as never] });
  const runs = async () => bodyOf(await client.listWorkflowRuns({ params: { workflow } }));
  await until('it sees what happens', async () => {
    const shown = bodyOf(await client.getWorkflow({ params: { workflow } }));
    return shown.trigger?.status === 'active';
  });

  for (const edit of [1, 2]) {
    source.exec(`update carts set amount = ${edit} where id = 1`);
    await until('its own write has set it off, too', async () => {
      const ended = (await runs()).filter(({ finished_at }) => finished_at !== null);
      return ended.length >= 2 * edit;
    });
  }
  const all = await runs();

  assert.deepEqual(
    all.map(({ depth, status }) => `${depth} ${status}`),
    [1, 2].flatMap(() => ['2 completed', '1 completed']),
  );
});
