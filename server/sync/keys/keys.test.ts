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

test('a key in use is kept, and who uses it is said', async () => {
  const { client } = await makeSyncScene(app);
  const { private: private_key } = ssh2.utils.generateKeyPairSync('ecdsa', { bits: 256 });
  const key = bodyOf(await client.createPrivateKey({ body: { name: 'Key', private_key } }));
  const names = ['One', 'Two', 'Three', 'Four', 'Five', 'Six'];
  const connections = [];
  for (const name of names) {
    const ssh = { host: '127.0.0.1', port: 1, user: 'me', private_key_id: key.id };
    const credentials = {
      host: '127.0.0.1',
      port: 1,
      database: 'd',
      user: 'u',
      password: 'p',
      ssh,
    };
    const body = { provider: 'postgres', name, credentials };
    connections.push(bodyOf(await client.createConnection({ body })));
  }
  const params = { private_key: key.id };

  const refused = await client.deletePrivateKey({ params });
  for (const { id } of connections.slice(1)) {
    await client.deleteConnection({ params: { connection: id } });
  }
  const last = await client.deletePrivateKey({ params });
  await client.deleteConnection({ params: { connection: String(connections[0]?.id) } });
  const deleted = await client.deletePrivateKey({ params });

  assert.deepEqual([refused.status, last.status, deleted.status], [409, 409, 204]);
  assert.match(JSON.stringify(refused), /In use by (\w+ \(conn_\w+\)(, )?){5} and others: give/);
  assert.match(JSON.stringify(last), new RegExp(`In use by One \\(${connections[0]?.id}\\): give`));
});
