import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { pages as messagingPages } from '../../../contract/messaging/pages.ts';
import { pages as platformPages } from '../../../contract/platform/pages.ts';
import { readConfig } from '../../runtime/config.ts';
import { createHttp } from '../../runtime/http/http.ts';
import { silent } from '../../testing/cluster.ts';
import { mountWebsite } from './website.ts';

const uuid = 'f7e2c1a0-8d1b-4a53-9c77-0a1b2c3d4e5f';
const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const html = '<meta name="style-nonce" content="the-nonce-of-the-request" /><div id="root">';
const script = `export default ${'"Heddle";'.repeat(200)}`;

const folder = await mkdtemp(join(tmpdir(), 'heddle-site-'));
await mkdir(join(folder, 'assets'));
await writeFile(join(folder, 'index.html'), html);
await writeFile(join(folder, 'public.html'), `${html}public`);
await writeFile(join(folder, 'assets/index-abc123.js'), script);
await writeFile(join(folder, 'assets/index-abc123.js.gz'), gzipSync(script));

const app = serving(folder);
const unbuilt = serving(join(folder, 'nothing'));
after(async () => {
  await Promise.all([app.close(), unbuilt.close()]);
  await rm(folder, { recursive: true });
});

function serving(place: string) {
  const http = createHttp(readConfig({}), silent, []);
  mountWebsite(http, [platformPages, messagingPages], ['/scheduling', '/files'], place);
  return http;
}

const shown = [
  '/',
  '/sign-in',
  '/sign-in/two-factor',
  '/inbox',
  '/inbox/',
  '/apiKeys',
  '/search?q=a%20b',
  '/settings/members',
  '/invitations/AbC_-123',
  '/34518178493',
  '/34518178493?s=axy5ueR3ZERXqtPvNx9aK9',
  `/${uuid}?messageID=${uuid}`,
  `/messages/${uuid}`,
  `/${uuid}/${uuid.toUpperCase()}`,
];
for (const url of shown) {
  test(`${url} is a page, whatever is accepted`, async () => {
    const [asked, unasked] = [
      await app.inject({ url, headers: browser }),
      await app.inject({ url }),
    ];

    for (const answer of [asked, unasked]) {
      assert.equal(answer.statusCode, 200);
      assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
      assert.equal(answer.headers['cache-control'], 'no-store');
      assert.match(answer.body, /<div id="root">/);
    }
  });
}

test('pages for everybody, and what is no page, come in a document of their own', async () => {
  const outside = ['/sign-in', '/sign-in/two-factor', '/invitations/AbC_-123', '/nowhere'];
  for (const url of outside) {
    const { body } = await app.inject({ url, headers: browser });

    assert.match(body, /public$/, url);
  }
  for (const url of ['/', '/inbox', '/settings', `/${uuid}`]) {
    const { body } = await app.inject({ url, headers: browser });

    assert.doesNotMatch(body, /public$/, url);
  }
});

for (const url of ['/nowhere', '/345', '/inbox/1', `/${uuid}/1`, '/invitations/%3Cscript%3E']) {
  test(`${url} is no page: browsers are told so by one, programs in JSON`, async () => {
    const asked = await app.inject({ url, headers: browser });
    const unasked = await app.inject({ url });

    assert.equal(asked.statusCode, 404);
    assert.match(asked.body, /<div id="root">/);
    assert.equal(unasked.statusCode, 404);
    assert.equal(unasked.json().error, 'not_found');
  });
}

for (const url of ['/api/x', '/scheduling', '/oauth2/x', '/v1/x', '/files/1', '/assets/x.js']) {
  test(`${url} is for programs, also when a browser asks`, async () => {
    const answer = await app.inject({ url, headers: browser });

    assert.equal(answer.statusCode, 404);
    assert.equal(answer.json().error, 'not_found');
  });
}

test('the policy of a page lets only this server in, and has a nonce of its own', async () => {
  const [first, second] = [await app.inject('/'), await app.inject('/')];

  const policy = String(first.headers['content-security-policy']);
  const nonce = /style-src 'self' 'nonce-([\w+/]{24})';/.exec(policy)?.[1];
  assert.ok(nonce);
  assert.ok(first.body.includes(`content="${nonce}"`));
  assert.ok(!second.body.includes(nonce));
  assert.match(policy, /^default-src 'none'; script-src 'self'; /);
  assert.match(policy, /frame-ancestors 'none'; object-src 'none'; require-trusted-types-for/);
  assert.doesNotMatch(policy, /unsafe/);
});

test('HEAD answers what GET does, without a body', async () => {
  const answer = await app.inject({ method: 'HEAD', url: '/inbox' });

  assert.equal(answer.statusCode, 200);
  assert.equal(answer.headers['content-type'], 'text/html; charset=utf-8');
  assert.equal(answer.body, '');
});

test('a page takes no other method', async () => {
  const answer = await app.inject({ method: 'POST', url: '/inbox' });

  assert.equal(answer.statusCode, 405);
  assert.equal(answer.headers.allow, 'GET, HEAD');
});

for (const accepted of ['gzip, deflate', 'identity']) {
  test(`an asset is kept for ever, and sent to whom takes "${accepted}"`, async () => {
    const answer = await app.inject({
      url: '/assets/index-abc123.js',
      headers: { 'accept-encoding': accepted },
    });

    const isCompressed = accepted !== 'identity';
    const body = isCompressed ? gunzipSync(answer.rawPayload) : answer.rawPayload;
    assert.equal(answer.statusCode, 200);
    assert.equal(answer.headers['content-encoding'], isCompressed ? 'gzip' : undefined);
    assert.match(String(answer.headers['content-type']), /^(text|application)\/javascript/);
    assert.equal(answer.headers['cache-control'], 'public, max-age=31536000, immutable');
    assert.equal(answer.headers.vary, 'accept-encoding');
    assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    assert.equal(body.toString(), script);
  });
}

for (const url of ['/assets/', '/assets/..%2findex.html', '/assets/.hidden', '/assets/%00.js']) {
  test(`${url} is no asset`, async () => {
    const answer = await app.inject({ url, headers: browser });

    assert.ok([400, 403, 404].includes(answer.statusCode), String(answer.statusCode));
    assert.doesNotMatch(answer.body, /<div id="root">/);
  });
}

test('a website that is built anew is served without a restart', async () => {
  await writeFile(join(folder, 'next.html'), `${html}anew`);

  await rename(join(folder, 'next.html'), join(folder, 'index.html'));

  const { body } = await app.inject('/');
  assert.match(body, /anew$/);
});

test('where the website is not built, its pages say how to do that', async () => {
  const answer = await unbuilt.inject('/');

  assert.equal(answer.statusCode, 503);
  assert.match(answer.body, /npm run build/);
});
