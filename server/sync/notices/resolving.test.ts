import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AppError } from '../../runtime/errors.ts';
import { startServer } from '../../testing/server.ts';
import { makeSlack } from '../connectors/slack/testing/place.ts';
import { connectOwn, makeSyncScene } from '../testing/scene.ts';
import type { NoticeGiven } from './notice.ts';
import { checkNotice, resolveNotice } from './resolving.ts';
import { connectSlack, noticeServices } from './testing/scene.ts';

const app = await startServer();
const services = noticeServices(app);

async function makePlace() {
  const scene = await makeSyncScene(app);
  const { organization } = scene;
  const at = { db: services.database.of(organization).reading, organization };
  const resolve = (given: NoticeGiven) => resolveNotice(at, given, 'actions.1');
  const check = async (given: NoticeGiven) =>
    checkNotice(at, services.sessions, await resolve(given), 'actions.1');
  return { scene, resolve, check };
}

const refusing = (field: string, pattern: RegExp) => (error: AppError) => {
  assert.equal(error.status, 400);
  assert.deepEqual(
    error.fields?.map((one) => one.field),
    [`actions.1.${field}`],
  );
  assert.match(error.message, pattern);
  return true;
};

test('without a connection the only active one is meant, and without a place its default', async () => {
  const { scene, resolve } = await makePlace();
  const slack = await makeSlack({ records: 0 });
  const none = resolve({ channel: 'slack' });
  await assert.rejects(none, refusing('connection_id', /provider slack.*there is none/));
  const first = await connectSlack(scene, slack, { default_channel: 'plans' });

  const resolved = await resolve({ channel: 'slack' });
  const elsewhere = await resolve({ channel: 'slack', to: '#random' });
  await connectSlack(scene, slack);

  assert.deepEqual(resolved, { channel: 'slack', connection_id: first, to: 'plans' });
  assert.equal(elsewhere.to, '#random');
  const several = resolve({ channel: 'slack' });
  await assert.rejects(several, refusing('connection_id', /there are several/));
});

test('what cannot be sent is refused by its member', async () => {
  const { scene, resolve } = await makePlace();
  const slack = await connectSlack(scene, await makeSlack({ records: 0 }));
  const own = await connectOwn(scene, 'messaging');

  const cases: [NoticeGiven, string, RegExp][] = [
    [{}, 'channel', /is required/],
    [{ channel: 'slack', connection_id: 'conn_1' }, 'connection_id', /no connection conn_1/],
    [{ channel: 'slack', connection_id: own }, 'connection_id', /provider slack/],
    [{ channel: 'slack', connection_id: slack }, 'to', /no config\.default_channel/],
    [{ channel: 'threads', connection_id: own }, 'to', /name or id of a channel/],
    [{ channel: 'email' }, 'to', /addresses/],
    [{ channel: 'email', to: 'a@b.example, no' }, 'to', /number 2 is none/],
    [{ channel: 'email', to: 'a@b.example', connection_id: own }, 'connection_id', /leave it out/],
    [{ channel: 'email', to: 'a@b.example', subject: '{{x}}' }, 'subject', /no templates/],
    [{ channel: 'webhook', to: 'https://a.example' }, 'to', /id of a webhook/],
    [{ channel: 'webhook', to: 'whk_1' }, 'to', /no webhook whk_1/],
    [{ channel: 'slack', to: 'general', data: { a: 1 } }, 'data', /webhook only/],
  ];
  for (const [given, field, pattern] of cases) {
    await assert.rejects(resolve(given), refusing(field, pattern));
  }
  assert.equal((await resolve({ channel: 'email', to: '{{Lead.Owner}}' })).to, '{{Lead.Owner}}');
});

test('a channel that is not there is named before anything is sent, where that can be known', async () => {
  const { scene, check } = await makePlace();
  const slack = await makeSlack({ records: 0 });
  await connectSlack(scene, slack);
  await connectOwn(scene, 'messaging');

  await check({ channel: 'slack', to: 'general' });
  await check({ channel: 'slack', to: 'C0000000XXX' });
  const hidden = check({ channel: 'slack', to: 'genral' });
  await assert.rejects(hidden, refusing('to', /not in it.*did you mean general/));
  const nowhere = check({ channel: 'threads', to: 'nowhere' });
  await assert.rejects(nowhere, refusing('to', /no channel that the connection "Own" sees/));
  await slack.end();
  await check({ channel: 'slack', to: 'anything' });
});
