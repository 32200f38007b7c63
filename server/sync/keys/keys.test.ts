import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import ssh2 from 'ssh2';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';

const app = await startServer();

test('private keys are taken as PEM and as OpenSSH writes them, and never shown', async () => {
  const { client } = await makeSyncScene(app);
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const openssh = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const texts = [pem.export({ type: 'pkcs8', format: 'pem' }).toString(), openssh.private];

  for (const private_key of texts) {
    const body = { name: 'Key', private_key };
    const stored = bodyOf(await client.createPrivateKey({ body }));
    assert.doesNotMatch(JSON.stringify(stored), /BEGIN|PRIVATE/);
  }

  const [, first] = bodyOf(await client.listPrivateKeys({}));
  const [last] = bodyOf(await client.listPrivateKeys({}));
  assert.match(last?.fingerprint ?? '', /^SHA256:/);
  assert.doesNotMatch(first?.fingerprint ?? '', /^SHA256:/);
});

test('what is no private key, or a locked one, is refused', async () => {
  const { client } = await makeSyncScene(app);
  const lock = { passphrase: 'x', cipher: 'aes256-ctr', rounds: 4 };
  const locked = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256, ...lock });
  const { private: text } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });

  for (const private_key of ['x', locked.private, locked.public, text.slice(0, 120)]) {
    const refused = await client.createPrivateKey({ body: { name: 'Key', private_key } });
    assert.equal(refused.status, 400);
  }
});
