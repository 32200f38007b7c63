import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { openapi } from '../../../contract/openapi.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { readConfig } from '../../runtime/config.ts';
import { createHttp } from '../../runtime/http/http.ts';
import { silent } from '../../testing/cluster.ts';
import { mountReference } from './reference.ts';

const document = openapi(scheduling, { url: 'http://localhost', version: '1.2.3' });
const app = createHttp(readConfig({}), silent, []);
mountReference(app, [
  { name: 'scheduling', title: 'Scheduling', document: () => document },
  { name: 'hostile', title: '</script><script>', document: () => document },
]);
after(() => app.close());

for (const accepted of ['gzip, br', 'identity', 'gzip;q=0', '*']) {
  test(`a document is served to whom takes "${accepted}"`, async () => {
    const answer = await get('/openapi/scheduling.json', { 'accept-encoding': accepted });

    const isCompressed = accepted === 'gzip, br';
    const body = isCompressed ? gunzipSync(answer.rawPayload) : answer.rawPayload;
    assert.equal(answer.headers['content-encoding'], isCompressed ? 'gzip' : undefined);
    assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8');
    assert.deepEqual(JSON.parse(body.toString()), document);
  });
}

test('a document that a client has already is not sent again', async () => {
  const { headers } = await get('/openapi/scheduling.json');

  const again = await get('/openapi/scheduling.json', { 'if-none-match': String(headers.etag) });

  assert.equal(again.statusCode, 304);
  assert.equal(again.body, '');
});

test('the reference loads its documents and its script from this server', async () => {
  const { body, headers } = await get('/docs');

  assert.equal(headers['content-type'], 'text/html; charset=utf-8');
  assert.doesNotMatch(body, /https?:/);
  assert.match(body, /"url": "\/openapi\/scheduling\.json"/);
  assert.match(body, /<script src="\/docs\/reference\.js" nonce=/);
});

test('nothing but the scripts of the page runs in it, and it talks to this server alone', async () => {
  const [first, second] = [await get('/docs'), await get('/docs')];

  const policy = String(first.headers['content-security-policy']);
  const nonce = /script-src 'nonce-([^']{20,})';/.exec(policy)?.[1];
  assert.ok(nonce);
  assert.match(policy, /^default-src 'none';.* connect-src 'self';/);
  assert.notEqual(second.headers['content-security-policy'], policy);
  const scripts = [...first.body.matchAll(/<script[^>]*>/g)].map(([tag]) => tag);
  assert.equal(scripts.length, 2);
  assert.ok(scripts.every((tag) => tag.includes(`nonce="${nonce}"`)));
});

test('what the page sends to others by default is turned off', async () => {
  const { body } = await get('/docs');

  const settings = JSON.parse(/createApiReference\('#app', (\{.*\})\)/s.exec(body)?.[1] ?? '');

  const { telemetry, withDefaultFonts, proxyUrl, agent, mcp, hideClientButton } = settings;
  assert.deepEqual([telemetry, withDefaultFonts, proxyUrl], [false, false, '']);
  assert.deepEqual([agent, mcp, hideClientButton], [{ disabled: true }, { disabled: true }, true]);
});

test('the script is the one of the package', async () => {
  const { headers, body } = await get('/docs/reference.js', { 'accept-encoding': 'identity' });

  assert.equal(headers['content-type'], 'text/javascript; charset=utf-8');
  assert.match(body, /createApiReference/);
  assert.ok(body.length > 1_000_000);
});

for (const url of ['/docs', '/docs/reference.js', '/openapi/scheduling.json']) {
  test(`${url} takes no other method`, async () => {
    const answer = await app.inject({ method: 'POST', url });

    assert.equal(answer.statusCode, 405);
    assert.equal(answer.headers.allow, 'GET, HEAD');
  });
}

function get(url: string, headers: Record<string, string> = {}) {
  return app.inject({ url, headers });
}
