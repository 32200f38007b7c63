import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../../testing/server.ts';
import { makeTeam, refused, resultOf } from '../../testing/scene.ts';

const app = await startServer();
const { database, config } = app.server.platform;

async function makeChannel() {
  const team = await makeTeam(app);
  const created = await team.bot.client.createChannel({ body: { name: 'general' } });
  return { ...team, channelID: resultOf(created).channelID };
}

async function makeThread() {
  const scene = await makeChannel();
  const { channelID } = scene;
  const posted = await scene.bot.client.postThread({ body: { channelID, blocks: ['hello'] } });
  return { ...scene, threadID: resultOf(posted).threadID };
}

test('a thread is posted to a channel by name, with or without #, in any case', async () => {
  const { bot } = await makeChannel();

  for (const channel of ['general', '#General', ' #GENERAL ']) {
    const { threadID, threadURL } = resultOf(
      await bot.client.postThread({ body: { channel, blocks: ['# First', 'Second'] } }),
    );
    assert.match(threadID, /^[1-9]\d{10}$/);
    assert.match(threadURL, new RegExp(`^${config.publicUrl}/${threadID}\\?s=[A-Za-z0-9_-]{22}$`));
  }
});

test('a block may be an object around its text', async () => {
  const { bot, channelID } = await makeChannel();
  const blocks = [{ type: 'section', text: { text: 'from *elsewhere*' } }];

  const { threadID } = resultOf(await bot.client.postThread({ body: { channelID, blocks } }));

  const [row] = await database.system.reading.rows<{ blocks: string[]; plain: string }>(
    'select blocks, plain from messaging.thread where id = $1',
    [threadID],
  );
  assert.deepEqual(row, { blocks: ['from *elsewhere*'], plain: 'from elsewhere' });
});

test('a block of another form is refused by what it lacks', async () => {
  const { bot, channelID } = await makeChannel();
  const post = async (block: unknown) => {
    const body = JSON.stringify({ channelID, blocks: ['fine', block] });
    const response = await fetch(`${app.url}/api/public/postThread`, {
      method: 'POST',
      headers: { authorization: `Bearer ${bot.key}`, 'content-type': 'application/json' },
      body,
    });
    return { status: response.status, message: (await response.json()).message };
  };

  const answers = [
    await post({ type: 'divider' }),
    await post({ type: 'section', text: 'x' }),
    await post({ type: 'section', text: {} }),
    await post({ type: null, text: { text: 'x' } }),
    await post(7),
  ];

  assert.deepEqual(answers, [
    { status: 400, message: 'blocks.1.text: is required.' },
    { status: 400, message: 'blocks.1.text: must be object.' },
    { status: 400, message: 'blocks.1.text.text: is required.' },
    { status: 400, message: 'blocks.1.type: must be string.' },
    { status: 400, message: 'blocks.1: must be string or object.' },
  ]);
});

test('a block has at most 500 characters, counted as code points', async () => {
  const { bot, channelID } = await makeChannel();

  const fits = await bot.client.postThread({ body: { channelID, blocks: ['🦷'.repeat(500)] } });
  const long = await bot.client.postThread({ body: { channelID, blocks: ['x', 'y'.repeat(501)] } });

  assert.equal(fits.status, 200);
  refused(long, 400, 'invalid_request');
  assert.match(JSON.stringify(long), /blocks\.1/);
});

test('a post of too many blocks, or of none, is told what a post may have', async () => {
  const { bot, channelID } = await makeChannel();
  const message = async (count: number) => {
    const body = { channelID, blocks: Array(count).fill('x') };
    const answer = await bot.client.postThread({ body });
    return answer.ok ? '' : answer.error.message;
  };

  assert.equal(await message(0), 'blocks: must not be empty.');
  assert.equal(await message(51), 'blocks: must have at most 50 elements.');
});

test('a post needs a channel and something to say', async () => {
  const { bot, channelID } = await makeChannel();

  const answers = [
    await bot.client.postThread({ body: { blocks: ['x'] } }),
    await bot.client.postThread({ body: { channelID, blocks: [] } }),
    await bot.client.postThread({ body: { channelID, blocks: [' ', ''] } }),
    await bot.client.postThread({ body: { channelID, blocks: ['\u200b\u2060'] } }),
    await bot.client.postThread({ body: { channelID, blocks: Array(51).fill('x') } }),
  ];

  for (const answer of answers) refused(answer, 400, 'invalid_request');
});

test('a file that is not there cannot be embedded', async () => {
  const { bot, channelID } = await makeChannel();

  const answer = await bot.client.postThread({ body: { channelID, blocks: ['<!12345678910|>'] } });

  refused(answer, 404, 'file_not_found');
});

test('a member who is named is told, once; nobody and bots are just text', async () => {
  const { bot, channelID } = await makeChannel();
  const [ann] = await database.system.reading.rows<{ id: number }>(
    'select id from messaging.user where member_id is not null order by created_at desc limit 1',
  );
  const [channel] = resultOf(await bot.client.listChannels());
  const [me] = channel?.memberIDs ?? [];
  const blocks = [`<@${ann?.id}|> <@${ann?.id}|Ann> <@${me}|> and <@10000000001|nobody>`];

  const { threadID } = resultOf(await bot.client.postThread({ body: { channelID, blocks } }));

  const rows = await database.system.reading.rows(
    'select user_id, number, reason from messaging.notice where thread_id = $1',
    [threadID],
  );
  assert.deepEqual(rows, [{ user_id: ann?.id, number: 1, reason: 'mention' }]);
});

test('a repeated post with the same Idempotency-Key is one thread', async () => {
  const { bot, channelID } = await makeChannel();
  const options = { headers: { 'idempotency-key': 'daily report' } };
  const post = () => bot.client.postThread({ body: { channelID, blocks: ['report'] } }, options);

  const answers = await Promise.all([post(), post(), post()]);

  const ids = new Set(answers.map((answer) => resultOf(answer).threadID));
  assert.equal(ids.size, 1);
});

test('a comment answers the thread, or a comment of it', async () => {
  const { bot, threadID } = await makeThread();

  const first = resultOf(await bot.client.postComment({ body: { threadID, blocks: ['one'] } }));
  const parentID = first.commentID;
  const second = await bot.client.postComment({ body: { threadID, parentID, blocks: ['two'] } });
  const third = await bot.client.postComment({
    body: { threadID, parentID: threadID, blocks: ['three'] },
  });

  assert.equal(first.commentURL, `${config.publicUrl}/${first.commentID}`);
  assert.deepEqual([second.status, third.status], [200, 200]);
  const [row] = await database.system.reading.rows<{ comment_count: number }>(
    'select comment_count from messaging.thread where id = $1',
    [threadID],
  );
  assert.equal(row?.comment_count, 3);
});

test('a comment of another thread is no parent', async () => {
  const { bot, threadID, channelID } = await makeThread();
  const elsewhere = resultOf(await bot.client.postThread({ body: { channelID, blocks: ['x'] } }));
  const { commentID: parentID } = resultOf(
    await bot.client.postComment({ body: { threadID: elsewhere.threadID, blocks: ['y'] } }),
  );

  const answer = await bot.client.postComment({ body: { threadID, parentID, blocks: ['z'] } });

  refused(answer, 404, 'comment_not_found');
});

test('only its bot deletes a thread, once, and its text is gone', async () => {
  const { bot, other, threadID } = await makeThread();

  const byOther = await other.client.deleteThread({ body: { threadID } });
  const byOwner = await bot.client.deleteThread({ body: { threadID } });
  const again = await bot.client.deleteThread({ body: { threadID } });
  const comment = await bot.client.postComment({ body: { threadID, blocks: ['late'] } });

  refused(byOther, 403, 'not_allowed');
  assert.deepEqual(byOwner.ok && byOwner.body, { ok: true });
  refused(again, 404, 'thread_not_found');
  refused(comment, 404, 'thread_not_found');
  const [row] = await database.system.reading.rows<{ blocks: string[]; plain: string }>(
    'select blocks, plain from messaging.thread where id = $1',
    [threadID],
  );
  assert.deepEqual(row, { blocks: [], plain: '' });
});

test('only its bot deletes a comment, and the answers to it stay', async () => {
  const { bot, other, threadID } = await makeThread();
  const { commentID } = resultOf(
    await bot.client.postComment({ body: { threadID, blocks: ['one'] } }),
  );
  await bot.client.postComment({ body: { threadID, parentID: commentID, blocks: ['two'] } });

  const byOther = await other.client.deleteComment({ body: { commentID } });
  const byOwner = await bot.client.deleteComment({ body: { commentID } });
  const again = await bot.client.deleteComment({ body: { commentID } });

  refused(byOther, 403, 'not_allowed');
  assert.equal(byOwner.status, 200);
  refused(again, 404, 'comment_not_found');
  const [row] = await database.system.reading.rows<{ comment_count: number }>(
    'select comment_count from messaging.thread where id = $1',
    [threadID],
  );
  assert.equal(row?.comment_count, 1);
});

test('a bot deletes its comment also when the thread was deleted before', async () => {
  const { bot, other, threadID } = await makeThread();
  const { commentID } = resultOf(
    await other.client.postComment({ body: { threadID, blocks: ['one'] } }),
  );
  await bot.client.deleteThread({ body: { threadID } });

  const deleted = await other.client.deleteComment({ body: { commentID } });
  const again = await other.client.deleteComment({ body: { commentID } });

  assert.equal(deleted.status, 200);
  refused(again, 404, 'comment_not_found');
  const [row] = await database.system.reading.rows<{ blocks: string[]; plain: string }>(
    'select blocks, plain from messaging.comment where id = $1',
    [commentID],
  );
  assert.deepEqual(row, { blocks: [], plain: '' });
});

test('threads and comments of another organization do not exist', async () => {
  const { threadID } = await makeThread();
  const { bot } = await makeTeam(app);

  refused(await bot.client.deleteThread({ body: { threadID } }), 404, 'thread_not_found');
  refused(
    await bot.client.postComment({ body: { threadID, blocks: ['x'] } }),
    404,
    'thread_not_found',
  );
});
