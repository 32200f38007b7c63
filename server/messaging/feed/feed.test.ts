import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyOf, openWebsite } from '../../platform/testing/website.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  visit,
} from '../testing/website.ts';
import { listen, request } from './testing/hearing.ts';

const app = await startServer();
const { organization, ann, ben } = await makeOffice(app);
let channels = 0;

async function makeChannel() {
  channels += 1;
  return openChannel(ann, `Channel ${channels}`, [ben]);
}

test('a stream begins with hello, and nobody between may hold it back or change it', async () => {
  const hearing = await listen(app.url, ann);

  const { status, headers } = hearing.response;
  const [hello] = hearing.frames;
  hearing.close();
  assert.equal(status, 200);
  assert.equal(headers.get('content-type'), 'text/event-stream; charset=utf-8');
  assert.equal(headers.get('cache-control'), 'no-cache, no-transform');
  assert.equal(headers.get('x-accel-buffering'), 'no');
  assert.equal(headers.get('content-encoding'), null);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(hello?.event, 'hello');
  assert.match(hello?.id ?? '', /^\d+-\d+$/);
});

test('nobody listens who is not signed in', async () => {
  const response = await request(app.url, { fetch });

  assert.equal(response.status, 401);
});

test('HEAD answers the headers and ends', async () => {
  const response = await ann.fetch(`${app.url}/api/messaging/feed`, { method: 'HEAD' });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
});

test('what is posted is heard as the page would show it, a thread before its comments', async () => {
  const channel = await makeChannel();
  const hearing = await listen(app.url, ben);

  const thread = await startThread(ann, channel, 'Who has the *keys*?');
  const comment = await answer(ann, thread.thread_id, 'Not me');
  await hearing.until('Not me');

  const params = { thread_id: thread.thread_id };
  const present = shown(await ben.client.getThread({ params })).thread;
  const comments = shown(await ben.client.listComments({ params })).comments;
  assert.deepEqual(hearing.of('thread').at(-1)?.thread, present);
  assert.deepEqual(hearing.of('comment').at(-1)?.comment, comments[0]);
  assert.equal(comments[0]?.comment_id, comment.comment_id);
  const kinds = hearing.changes.map(({ kind }) => kind);
  assert.ok(kinds.indexOf('thread') < kinds.indexOf('comment'));
  assert.equal(present.comment_count, 1);
});

test('messages of a chat are heard in the order of their numbers', async () => {
  const chat = await openChat(ann, [ben]);
  const hearing = await listen(app.url, ben);

  for (let at = 1; at <= 40; at += 1) await say(at % 2 ? ann : ben, chat, `line ${at}.`);
  await hearing.until('line 40.');

  const numbers = hearing.of('message').map(({ message }) => message.number);
  assert.deepEqual(
    numbers,
    Array.from({ length: 40 }, (_, at) => at + 1),
  );
});

test('edits, reactions and deletions are heard, and deleted text is not', async () => {
  const channel = await makeChannel();
  const { thread_id } = await startThread(ann, channel, 'First words');
  const hearing = await listen(app.url, ben);

  await ann.client.editThread({ params: { thread_id }, body: { text: 'Second words' } });
  await hearing.until('Second words');
  await ben.client.react({ body: { thread_id, emoji: '🦷', reacted: true } });
  await hearing.until('🦷');
  await ann.client.removeThread({ params: { thread_id } });
  const last = await until('the deletion was heard', () => {
    const thread = hearing.of('thread').at(-1)?.thread;
    return thread?.deleted_at ? thread : undefined;
  });

  const revisions = hearing.of('thread').map(({ thread }) => thread.revision);
  assert.deepEqual(
    revisions,
    revisions.toSorted((a, b) => a - b),
  );
  assert.deepEqual([last.blocks, last.reactions, last.mention_ids], [[], [], []]);
});

test('who comes late hears nothing of what was deleted meanwhile but that it was', async () => {
  const channel = await makeChannel();
  const before = await listen(app.url, ben);
  const { thread_id } = await startThread(ann, channel, 'Regretted');
  const comment = await answer(ann, thread_id, 'Regretted too');
  await ann.client.removeComment({ params: { comment_id: comment.comment_id } });
  await ann.client.removeThread({ params: { thread_id } });

  const late = await listen(app.url, ben, { after: before.frames[0]?.id as string });
  await until('both were heard', () => late.of('comment').length > 0);

  assert.ok(late.of('thread').every(({ thread }) => thread.deleted_at));
  assert.ok(late.of('comment').every(({ comment }) => comment.deleted_at));
  assert.doesNotMatch(JSON.stringify(late.frames), /Regretted/);
});

test('a comment that is deleted changes the count of its thread', async () => {
  const channel = await makeChannel();
  const hearing = await listen(app.url, ben);
  const { thread_id } = await startThread(ann, channel, 'Counting');
  const { comment_id } = await answer(ann, thread_id, 'One');
  await until('the comment was heard', () => hearing.of('comment').length > 0);

  await ann.client.removeComment({ params: { comment_id } });
  await until('the deletion was heard', () =>
    Boolean(hearing.of('comment').at(-1)?.comment.deleted_at),
  );

  const thread = hearing.of('thread').findLast((one) => one.thread.thread_id === thread_id)?.thread;
  // That the channel was opened may be heard as late as this.
  const kinds = hearing.changes.map(({ kind }) => kind);
  assert.equal(thread?.comment_count, 0);
  assert.deepEqual(kinds.filter((kind) => kind !== 'places').slice(-2), ['thread', 'comment']);
});

test('how far somebody has read is heard by their other pages, and by nobody else', async () => {
  const channel = await makeChannel();
  const { thread_id } = await startThread(ben, channel, 'Read me');
  await answer(ben, thread_id, 'And me');
  const [own, others] = await Promise.all([listen(app.url, ann), listen(app.url, ben)]);

  const moved = [
    await ann.client.markRead({ body: { place: 'thread', place_id: thread_id, number: 1 } }),
    await ann.client.markRead({ body: { place: 'channel', place_id: channel, number: 2 } }),
    await ann.client.markRead({ body: { place: 'inbox', place_id: ann.user_id, number: 0 } }),
  ].map(shown);
  await startThread(ann, channel, 'Afterwards');
  await Promise.all([own.until('Afterwards'), others.until('Afterwards')]);

  const readings = own.of('reading').map(({ reading }) => reading);
  for (const reading of moved) {
    const place = readings.findLast((one) => one.place === reading.place);
    assert.deepEqual(place, reading);
  }
  assert.deepEqual(others.of('reading'), []);
});

test('a member who is new is heard', async () => {
  const hearing = await listen(app.url, ann);

  const { user_id, member } = await visit(app, organization, { name: 'Newcomer' });
  await hearing.until(member.name);

  const [user] = hearing.of('user').map((one) => one.user);
  assert.deepEqual(user, { user_id, name: member.name, kind: 'member', is_active: true });
});

test('another name of a member is heard', async () => {
  const dora = await visit(app, organization, { name: 'Dora' });
  const hearing = await listen(app.url, ann);

  const website = openWebsite(app, dora.fetch);
  bodyOf(await website.changeProfile({ body: { name: 'Theodora' } }));
  await hearing.until('Theodora');

  const users = shown(await ann.client.getHome()).users;
  assert.equal(users.find((one) => one.user_id === dora.user_id)?.name, 'Theodora');
});

test('a bot is heard when it is made, and when its key is revoked', async () => {
  const hearing = await listen(app.url, ben);

  const made = shown(await ann.client.makeKey({ body: { name: 'Robot' } }));
  await hearing.until('Robot');
  await ann.client.revokeKey({ params: { id: made.key.id } });
  await until('it has ended', () => hearing.of('user').some(({ user }) => !user.is_active));

  assert.equal(hearing.of('user').at(-1)?.user.kind, 'bot');
});
