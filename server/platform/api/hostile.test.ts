import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { oauth } from '../../../contract/oauth.ts';
import { platform } from '../../../contract/platform/index.ts';
import { scheduling } from '../../../contract/scheduling/index.ts';
import { makeScene } from '../../testing/makers.ts';
import { Outside, sendBriefly } from '../../testing/outside.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';
import { attack } from './testing/attack.ts';
import { hostileHeaders, repeated, units } from './testing/hostile.ts';

// `npm run soak -- hostile` sends all of it.
const step = 24;

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { organization, token, practice } = await makeScene(app);
const owner = await makeSignedIn(app, organization, 'owner');
const outside = new Outside();
after(() => outside.close());

function credentials(scope: string): Record<string, string> {
  if (scope === 'public') return {};
  if (scope === 'member' || scope === 'person') return { cookie: owner.cookie, origin: app.url };
  return { authorization: token };
}

for (const api of [
  scheduling,
  platform,
  { name: 'oauth', endpoints: { token: oauth.createToken } },
]) {
  test(`${api.name}: no request keeps the others waiting`, async () => {
    assert.ok((await attack(api, { url: app.url, credentials, step })) > 10);
  });
}

test('no headers keep the others waiting', async () => {
  const paths = [`/scheduling/practices/${practice.id}/bookings`, '/', '/api/platform/session'];
  for (const [nth, { what, headers }] of hostileHeaders().entries()) {
    const path = paths[nth % paths.length] as string;
    const given = { ...credentials(path.startsWith('/api') ? 'member' : 'any'), ...headers };
    const answer = await sendBriefly(`${path} with ${what}`, () =>
      outside.fetch(app.url + path, { headers: given }),
    );
    assert.ok(answer.status < 500, `${what} is a ${answer.status}`);
  }
});

test('no path keeps the others waiting', async () => {
  for (const unit of ['%20', '/', '../', '%2f', 'a', '%f0%9f%a6%b7', '%', ';', '//x']) {
    for (const start of ['/scheduling/bookings/', '/api/messaging/', '/files/', '/book/', '/']) {
      const path = start + repeated(unit, 14_000);
      const answer = await sendBriefly(path.slice(0, 40), () => outside.fetch(app.url + path));
      assert.ok(answer.status < 500, `${path.slice(0, 40)} is a ${answer.status}`);
    }
  }
});

test('no form of a token request and no sign-in keeps the others waiting', async () => {
  const paths = ['/oauth2/token', '/api/auth/sign-in/email', '/api/auth/request-password-reset'];
  const forms = ['a=&', 'a&', 'grant_type=x&', '%', '%20', '&'].map((unit) =>
    repeated(unit, 60_000),
  );
  const many = Array.from({ length: 8_000 }, (_, nth) => `${nth.toString(36)}=`).join('&');
  for (const body of [...forms, many]) {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    await sendBriefly(`the form ${body.slice(0, 20)}`, () =>
      outside.fetch(`${app.url}/oauth2/token`, { method: 'POST', headers, body }),
    );
  }
  for (const [nth, unit] of units.entries()) {
    const text = repeated(unit, 30_000);
    const body = JSON.stringify({ email: text, password: text, grant_type: text, scope: text });
    const headers = { 'content-type': 'application/json', origin: app.url };
    const path = paths[nth % paths.length] as string;
    const answer = await sendBriefly(`${path} with ${JSON.stringify(unit)}`, () =>
      outside.fetch(app.url + path, { method: 'POST', headers, body }),
    );
    assert.ok(answer.status < 500, `${JSON.stringify(unit)} is a ${answer.status}`);
  }
});
