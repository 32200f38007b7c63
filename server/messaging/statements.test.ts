import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostIndexes, recordStatements } from '../testing/plans.ts';
import { startServer } from '../testing/server.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
  type Visitor,
} from './testing/website.ts';

// Without jobs, so that the only statements are those of requests.
const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const texts = recordStatements(database);

type Scene = Awaited<ReturnType<typeof makePlaces>>;
type Answered = { ok: true; body: unknown } | { ok: false; error: unknown };

/**
 * How many statements a request sends. The feed and the announcements send theirs through the system
 * and are not counted: only what is walled to the organization is.
 */
async function count(request: () => Promise<Answered>): Promise<number> {
  const before = sent;
  shown(await request());
  return sent - before;
}

let sent = 0;
const of = database.of.bind(database);
database.of = (organization) => {
  const wall = of(organization);
  const counted = <F extends (...given: never[]) => unknown>(send: F) =>
    ((...given: Parameters<F>) => {
      sent += 1;
      return send(...given);
    }) as F;
  return {
    reading: { rows: counted(wall.reading.rows) },
    read: (work) => wall.read((db) => work({ rows: counted(db.rows) })),
    transaction: (work) =>
      wall.transaction((tx) => work({ ...tx, rows: counted(tx.rows), write: counted(tx.write) })),
  };
};

async function makePlaces() {
  const office = await makeOffice(app);
  const channel_id = await openChannel(office.ann, 'news', [office.ben]);
  const chat_id = await openChat(office.ann, [office.ben], 'Lunch');
  const { thread_id } = await startThread(office.ann, channel_id, 'hello');
  return { ...office, channel_id, chat_id, thread_id };
}

async function countReads({ ann, channel_id, chat_id, thread_id }: Scene) {
  const { client } = ann;
  return {
    home: await count(() => client.getHome()),
    name: await count(() => client.findName({ params: { id: thread_id } })),
    readings: await count(() => client.listReadings()),
    members: await count(() => client.listChannelMembers({ params: { channel_id } })),
    threads: await count(() => client.listThreads({ params: { channel_id } })),
    thread: await count(() => client.getThread({ params: { thread_id } })),
    comments: await count(() => client.listComments({ params: { thread_id } })),
    messages: await count(() => client.listMessages({ params: { chat_id } })),
    around: await count(() => client.listMessages({ params: { chat_id }, query: { around: 1 } })),
    inbox: await count(() => client.listNotices()),
    search: await count(() => client.search({ query: { q: 'hello' } })),
    keys: await count(() => client.listKeys()),
  };
}

async function countWrites({ ann, ben, channel_id, chat_id }: Scene) {
  const { client } = ann;
  const text = `hello <@${ben.user_id}|Ben>`;
  let thread_id = '';
  let comment_id = '';
  let message_id = '';
  return {
    thread: await count(async () => {
      const made = await client.startThread({ body: { channel_id, text } });
      thread_id = shown(made).thread.thread_id;
      return made;
    }),
    comment: await count(async () => {
      const made = await client.answerThread({ body: { thread_id, text } });
      comment_id = shown(made).comment.comment_id;
      return made;
    }),
    message: await count(async () => {
      const made = await client.sendMessage({ params: { chat_id }, body: { text } });
      message_id = shown(made).message.message_id;
      return made;
    }),
    react: await count(() => client.react({ body: { comment_id, emoji: '👍', reacted: true } })),
    read: await count(() =>
      client.markRead({ body: { place: 'channel', place_id: channel_id, number: 1 } }),
    ),
    edit: await count(() => client.editComment({ params: { comment_id }, body: { text } })),
    removeMessage: await count(() => client.removeMessage({ params: { message_id } })),
    removeComment: await count(() => client.removeComment({ params: { comment_id } })),
    removeThread: await count(() => client.removeThread({ params: { thread_id } })),
  };
}

async function fill({ ann, ben, channel_id, chat_id, thread_id }: Scene) {
  const named = ({ user_id }: Visitor) => `hello <@${user_id}|you>`;
  for (let at = 0; at < 25; at += 1) {
    await startThread(ben, channel_id, named(ann));
    await answer(ben, thread_id, named(ann));
    await say(ben, chat_id, named(ann));
    await openChannel(ann, `channel ${at}`, [ben]);
    await openChat(ann, [ben], `chat ${at}`);
  }
}

test('what a request asks of the database does not grow with what is there', async () => {
  const scene = await makePlaces();
  // Of each kind one thing in the inbox: kinds that are not there are asked for, too.
  const few = { reads: await countReads(scene), writes: await countWrites(scene) };
  await fill(scene);

  const many = { reads: await countReads(scene), writes: await countWrites(scene) };

  assert.deepEqual(many, few);
  assert.ok(Object.values(many.reads).every((statements) => statements <= 6));
});

test('behind the wall every statement uses the indexes that it would use without', async () => {
  const scene = await makePlaces();
  await countReads(scene);
  await countWrites(scene);
  await fill(scene);

  assert.deepEqual(await lostIndexes(app.address, texts), []);
});
