import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';
import { openSink } from './testing/sink.ts';
import { alertTimes, makeWebhook } from './testing/telling.ts';

const app = await startServer({ HEDDLE_ALLOW_PRIVATE_HOSTS: '' });

test('nothing is sent into the own network, however its addresses are written', async () => {
  const scene = await makeSyncScene(app);
  const sink = await openSink();
  const { port } = new URL(sink.url);
  const hosts = [
    ...['127.0.0.1', '2130706433', '0177.0.0.1', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]'],
    ...['localhost', 'localhost.', '169.254.169.254', '10.0.0.1', '[64:ff9b::7f00:1]', '0.0.0.0'],
  ];
  const made = await Promise.all(
    hosts.map((host) => makeWebhook(scene, `http://${host}:${port}/hook`)),
  );

  await alertTimes(app, scene.organization, 1);
  const errors = await Promise.all(
    made.map(({ id: webhook }) =>
      until('it was tried', async () => {
        const [delivery] = bodyOf(await scene.client.listDeliveries({ params: { webhook } }));
        return delivery?.attempts[0]?.error ?? undefined;
      }),
    ),
  );

  assert.equal(errors.length, hosts.length);
  for (const error of errors) assert.match(error, /is at a private address|cannot be found/);
  assert.deepEqual(sink.received, []);
});
