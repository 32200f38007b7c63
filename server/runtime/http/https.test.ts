import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { SecureContextOptions } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { silent } from '../../testing/cluster.ts';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { readConfig } from '../config.ts';
import { ConfigError } from '../errors.ts';
import { head, sendRaw } from '../testing/socket.ts';
import { createHttp } from './http.ts';

const cert = fileURLToPath(new URL('../testing/localhost.crt.pem', import.meta.url));
const key = fileURLToPath(new URL('../testing/localhost.key.pem', import.meta.url));
const ca = readFileSync(cert);
const app = await startServer();
const secure = await app.another({ HEDDLE_TLS_CERT: cert, HEDDLE_TLS_KEY: key });
const strict = await app.another({ HEDDLE_REQUIRE_HTTPS: '1', HEDDLE_TRUST_PROXY: '127.0.0.1' });
const url = secure.url.replace('http:', 'https:');
const { token } = await makeScene(app);
const folder = await mkdtemp(join(tmpdir(), 'heddle-tls-'));
after(() => rm(folder, { recursive: true }));

async function get(path: string, options: SecureContextOptions = { ca }) {
  const asked = request(url + path, {
    ...options,
    agent: false,
    headers: { authorization: token },
  });
  const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
  const pieces = await response.toArray();
  return { status: response.statusCode, body: Buffer.concat(pieces).toString() };
}

test('with certificate and key it serves HTTPS by itself', async () => {
  const answer = await get('/scheduling/practices');

  assert.equal(answer.status, 200);
  assert.match(answer.body, /Acme Orthodontics/);
});

test('links and tokens of such a server say https', () => {
  const config = readConfig({ HEDDLE_TLS_CERT: cert, HEDDLE_TLS_KEY: key, HEDDLE_PORT: '4443' });

  assert.equal(config.publicUrl, 'https://localhost:4443');
});

test('whoever does not know the certificate is not connected', async () => {
  await assert.rejects(get('/healthz', {}), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('versions of TLS that are broken are not spoken', async () => {
  const old: SecureContextOptions = {
    ca,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  };

  await assert.rejects(get('/healthz', old), /alert protocol version/);
});

test('plain HTTP on its port gets no answer from behind the door, and disturbs nobody', async () => {
  const answer = await sendRaw(secure.url, head('GET /healthz'));

  assert.ok([0, 400].includes(answer.status), answer.text);
  assert.doesNotMatch(answer.text, /"ok"/);
  assert.equal((await get('/healthz')).status, 200);
});

for (const path of ['/scheduling/practices', '/api/public/uploadFile', '/', '/nowhere']) {
  test(`where HTTPS is required, ${path} is refused over plain HTTP`, async () => {
    const answer = await fetch(strict.url + path, { headers: { authorization: token } });

    assert.equal(answer.status, 403);
    assert.match(await answer.text(), /https:/);
    assert.equal(answer.headers.get('strict-transport-security'), null);
  });
}

test('where HTTPS is required, who watches the server may ask over plain HTTP', async () => {
  const paths = ['/healthz', '/readyz', '/metrics', '/healthz?probe=1'];

  const answers = await Promise.all(paths.map((path) => fetch(strict.url + path)));

  assert.deepEqual(
    answers.map(({ status }) => status),
    paths.map(() => 200),
  );
});

test('where HTTPS is required, what came to the proxy by HTTPS is answered, and browsers stay with it', async () => {
  const headers = { authorization: token, 'x-forwarded-proto': 'https' };

  const answer = await fetch(`${strict.url}/scheduling/practices`, { headers });

  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('strict-transport-security'), 'max-age=31536000');
});

const cut = join(folder, 'cut.pem');
writeFileSync(cut, ca.toString().split('\n').toSpliced(3, 1).join('\n'));
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const foreign = join(folder, 'foreign.pem');
writeFileSync(foreign, privateKey.export({ type: 'pkcs8', format: 'pem' }));
const words = join(folder, 'words.pem');
writeFileSync(words, 'no certificate');
const wrong: [string, string, string, RegExp][] = [
  ['a certificate that is not there', '/nowhere.pem', key, /^HEDDLE_TLS_CERT: .*\/nowhere\.pem/],
  ['a key that is not there', cert, '/nowhere.pem', /^HEDDLE_TLS_KEY: .*\/nowhere\.pem/],
  ['a folder', folder, key, /^HEDDLE_TLS_CERT: /],
  ['a certificate that is none', words, key, /^HEDDLE_TLS_CERT: .* holds no CERTIFICATE in PEM\.$/],
  ['a key that is none', cert, words, /^HEDDLE_TLS_KEY: .* holds no PRIVATE KEY in PEM\.$/],
  ['the two exchanged', key, cert, /^HEDDLE_TLS_CERT: .* holds no CERTIFICATE in PEM\.$/],
  [
    'a key of another certificate',
    cert,
    foreign,
    /^HEDDLE_TLS_CERT and HEDDLE_TLS_KEY cannot be used: /,
  ],
  ['a damaged certificate', cut, key, /^HEDDLE_TLS_CERT and HEDDLE_TLS_KEY cannot be used: /],
];
for (const [what, certFile, keyFile, message] of wrong) {
  test(`${what} stops the start with a line that names the setting`, () => {
    const config = readConfig({ HEDDLE_TLS_CERT: certFile, HEDDLE_TLS_KEY: keyFile });

    const start = () => createHttp(config, silent, []);

    assert.throws(start, (error: unknown) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      return !error.message.includes('\n');
    });
  });
}
