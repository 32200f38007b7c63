import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guard } from './guard.ts';

test('an address is public or not however it is spelled', async () => {
  const guard = new Guard({ allowPrivateHosts: [] });
  const closed = ['10.0.0.1', '::1', '::a9fe:a9fe', '::7f00:1', '::ffff:7f00:1', '[::a00:1]'];
  const open = ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'];

  const refused = await Promise.all(
    closed.map((host) => guard.resolve(host).catch(({ kind }: { kind: string }) => kind)),
  );

  assert.deepEqual(
    refused,
    closed.map(() => 'private'),
  );
  for (const host of open) assert.deepEqual(await guard.resolve(host), [host]);
});
