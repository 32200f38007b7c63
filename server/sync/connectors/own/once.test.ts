import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeBot, resultOf } from '../../../messaging/testing/scene.ts';
import { shortId } from '../../../runtime/ids.ts';
import { startServer } from '../../../testing/server.ts';
import { Providers } from '../../connections/providers.ts';
import { Sessions } from '../../connections/sessions.ts';
import { selectConnection } from '../../connections/store.ts';
import { connectOwn, makeSyncScene } from '../../testing/scene.ts';
import type { Row } from '../../values/types.ts';
import { ownConnectors } from './index.ts';

const app = await startServer();
const { platform } = app.server;

test('under a key a product of this server is written to once, and answers the same', async () => {
  const scene = await makeSyncScene(app);
  const { organization } = scene;
  const bot = await makeBot(app, shortId('organization', organization), 'Reader');
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'general' } }));
  const id = await connectOwn(scene, 'messaging', 'Writer');
  const row = await selectConnection(platform.database.system.reading, organization, id);
  const providers = new Providers(platform.keyring, ownConnectors(platform.objects, platform));
  const sessions = new Sessions({ ...platform, providers });
  assert.ok(row);
  const { session, close } = await sessions.open(row, new AbortController().signal);
  const { fields } = await session.describe('threads');
  const names = ['channelID', 'text'];
  const apply = (rows: readonly Row[], idempotencyKey: string) =>
    session.apply({
      ...{ object: 'threads', operation: 'insert', key: [], rows, idempotencyKey },
      fields: names.flatMap((name) => fields.filter((one) => one.name === name)),
    });
  const same = [
    [channelID, 'Same'],
    [channelID, 'Same'],
  ];

  const first = await apply(same, 'run_1 0');
  const second = await apply(same, 'run_1 0');
  const other = await apply(same.slice(1), 'run_2 0');
  const posted = await session.query({ object: 'threads', limit: 10 });
  await close();

  assert.deepEqual(second, first);
  const ids = [...first, ...other].map((one) => one.id);
  assert.equal(new Set(ids).size, 3);
  assert.equal(posted.rows.length, 3);
});
