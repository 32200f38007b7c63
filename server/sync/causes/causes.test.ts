import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { connectOwn, makeSyncScene } from '../testing/scene.ts';
import { causedDepth, nameCause, noteCauses } from './causes.ts';

const app = await startServer();
const scene = await makeSyncScene(app);
const { organization } = scene;
const place = { connection_id: await connectOwn(scene, 'messaging'), object: 'threads' };
const wall = app.server.platform.database.of(organization);

const depthOf = async (key: string) =>
  (await wall.transaction((tx) => causedDepth(tx, organization, [{ ...place, key }])))[0];
const begin = (depth: number) =>
  wall.transaction((tx) => noteCauses(tx, organization, [{ ...place, key: '', depth }]));
const name = (key: string, depth: number) =>
  wall.transaction((tx) => nameCause(tx, organization, { ...place, key, depth }));

test('once it is known what workflows have made, whatever else comes is nobody’s doing', async () => {
  await begin(3);
  await begin(1);
  const meanwhile = await depthOf('other');
  await name('one', 1);
  const half = await depthOf('other');
  await name('two', 3);

  assert.deepEqual([meanwhile, half, await depthOf('other')], [4, 4, 1]);
  assert.deepEqual([await depthOf('one'), await depthOf('two')], [2, 4]);
  await begin(1);
  assert.equal(await depthOf('other'), 2);
});

test('a minute after a workflow wrote a record, whoever changes it where that is seen at once did so by hand', async () => {
  const record = { ...place, object: 'messages', key: 'edited' };
  const edit = async (isPrompt: boolean) => {
    const [seen] = await wall.transaction((tx) => causedDepth(tx, organization, [record]));
    const depth = seen ?? 0;
    await wall.transaction((tx) => noteCauses(tx, organization, [{ ...record, depth, isPrompt }]));
    await asOwner(app.address, "update sync.cause set until = until - interval '61 seconds'");
    return depth;
  };

  const prompt = [await edit(true), await edit(true), await edit(true)];
  const asked = [await edit(false), await edit(false), await edit(false)];

  assert.deepEqual(prompt, [1, 1, 1]);
  assert.deepEqual(asked, [1, 2, 3]);
});
