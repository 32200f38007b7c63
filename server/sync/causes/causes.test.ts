import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { connectOwn, makeSyncScene } from '../testing/scene.ts';
import {
  causedDepth,
  endCause,
  nameCause,
  noteCauses,
  type RecordCaused,
  type RecordSeen,
  valuesHash,
} from './causes.ts';

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

const depthsOf = (records: readonly RecordSeen[]) =>
  wall.transaction((tx) => causedDepth(tx, organization, records));
const note = (causes: readonly RecordCaused[]) =>
  wall.transaction((tx) => noteCauses(tx, organization, causes));

test('a minute after a workflow wrote a record, whoever changes it did so by hand', async () => {
  const record = { ...place, object: 'messages', key: 'edited' };
  const depths: (number | undefined)[] = [];

  for (const _ of [1, 2, 3]) {
    const [depth] = await depthsOf([record]);
    depths.push(depth);
    await note([{ ...record, depth: depth ?? 0 }]);
    await asOwner(app.address, "update sync.cause set until = until - interval '61 seconds'");
  }

  assert.deepEqual(depths, [1, 1, 1]);
});

test('what a system tells is ours between the places before and after we wrote', async () => {
  const record = { ...place, key: 'told' };
  const at = (...commits: string[]) => depthsOf(commits.map((commit) => ({ ...record, commit })));

  await note([{ ...record, depth: 3, stretch: { since: '0/20' } }]);
  const meanwhile = await at('0/19', '0/20', '0/99');
  await wall.transaction((tx) => endCause(tx, organization, { ...record, to: '0/30' }));
  const later = await at('0/19', '0/20', '0/2F', '0/30', '0/99');

  assert.deepEqual(meanwhile, [1, 4, 4]);
  assert.deepEqual(later, [1, 4, 4, 1, 1]);
});

test('where a system is asked, a record is ours that holds what we wrote', async () => {
  const record = { ...place, key: 'asked' };
  const key = Buffer.from('key');
  const values = { fields: ['total'], hash: valuesHash(key, ['5.00']) };
  const holding = (total: string | undefined) => ({
    ...record,
    hashOf: () => (total === undefined ? undefined : valuesHash(key, [total])),
  });

  await note([{ ...record, depth: 3, values }]);
  const fresh = await depthsOf([holding('5'), holding('6'), holding(undefined)]);
  await asOwner(app.address, "update sync.cause set until = until - interval '31 seconds'");
  const stale = await depthsOf([holding('5')]);
  await note([{ ...record, depth: 3, values: { fields: [], hash: values.hash } }]);
  const same = await depthsOf([holding('5')]);

  assert.deepEqual([fresh, stale, same], [[4, 1, 1], [1], [1]]);
});

test('what is written again and again and never known again ends all the same', async () => {
  const record = { ...place, key: 'rounded' };
  const values = { fields: ['total'], hash: valuesHash(Buffer.from('key'), ['5.004']) };
  const seen = { ...record, hashOf: () => valuesHash(Buffer.from('key'), ['5']) };
  const depths: (number | undefined)[] = [];

  for (let round = 1; round <= 24; round += 1) {
    await note([{ ...record, depth: 1, values }]);
    depths.push(...(await depthsOf([seen])));
  }

  assert.deepEqual(depths, [...Array.from({ length: 23 }, () => 1), 9]);
});
