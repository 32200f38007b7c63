import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Api } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { attack } from '../platform/api/testing/attack.ts';
import { hostileForms, repeated, units } from '../platform/api/testing/hostile.ts';
import { makeSignedIn } from '../platform/testing/website.ts';
import { shortId } from '../runtime/ids.ts';
import { makeOrganization } from '../testing/makers.ts';
import { Outside, sendBriefly } from '../testing/outside.ts';
import { startServer } from '../testing/server.ts';
import { makeBot, resultOf } from './testing/scene.ts';

// `npm run soak -- hostile` sends all of it.
const step = 24;

const app = await startServer({ HEDDLE_ROLES: 'web' });
const organization = await makeOrganization(app);
const owner = await makeSignedIn(app, organization, 'owner');
const bot = await makeBot(app, shortId('organization', organization), 'Attacker');
const key = { authorization: `Bearer ${bot.key}` };
const outside = new Outside();
after(() => outside.close());

function credentials(scope: string): Record<string, string> {
  return scope === 'member' ? { cookie: owner.cookie, origin: app.url } : key;
}

for (const api of [messaging, messagingWebsite] as Api[]) {
  test(`${api.name}: no request keeps the others waiting`, async () => {
    assert.ok((await attack(api, { url: app.url, credentials, step })) > 10);
  });
}

test('no post as long as may be keeps the others waiting, whatever it looks like', async () => {
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'bombs' } }));
  const post = (path: string, body: object) =>
    outside.fetch(`${app.url}/api/public/${path}`, {
      method: 'POST',
      headers: { ...key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });

  for (const unit of [
    ...units,
    '**a** ',
    '**',
    '[a](https://a) ',
    '(((',
    '<@12345678901|',
    '> > ',
  ]) {
    const block = repeated(unit, 500 * unit.length)
      .slice(0, 499)
      .toWellFormed();
    const blocks = Array.from({ length: 50 }, () => `${block}x`);
    await sendBriefly(`blocks of ${JSON.stringify(unit)}`, () =>
      post('postThread', { channelID, blocks }),
    );
  }
});

test('no form keeps the others waiting', async () => {
  for (const { what, type, body } of hostileForms()) {
    const headers = { ...key, 'content-type': type };
    const answer = await sendBriefly(what, () =>
      outside.fetch(`${app.url}/api/public/uploadFile`, { method: 'POST', headers, body }),
    );
    assert.ok(answer.status < 500, `${what} is a ${answer.status}`);
  }
});
