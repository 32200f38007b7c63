import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { readId } from '../../runtime/ids.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { makeMember, openSession } from '../../testing/people.ts';
import { startServer } from '../../testing/server.ts';
import { makeBot, makeTeam, refused, resultOf } from '../testing/scene.ts';
import { formOf, picture, uploaderOf } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const content = await picture();

type Privacy = 'public' | 'private';

/** A team with an uploaded file and a channel that the bot Watcher is not in. */
async function makeScene(privacy: Privacy = 'public') {
  const team = await makeTeam(app);
  const { result } = await uploaderOf(app, team.bot.key)(content);
  const created = await team.bot.client.createChannel({ body: { name: 'desk', privacy } });
  const block = `<!${result.fileID}>`;
  return { ...team, fileID: result.fileID, block, channelID: resultOf(created).channelID };
}

async function statusFor(key: string, fileID: string): Promise<number> {
  const headers = { authorization: `Bearer ${key}` };
  const response = await fetch(`${app.url}/files/${fileID}`, { headers });
  await response.arrayBuffer();
  return response.status;
}

const member = async (organization: string) => {
  const id = readId('organization', organization) as number;
  const { cookie, fetch } = await openSession(app, id, await makeMember(app, id));
  const client = createClient(messagingWebsite, { url: app.url, fetch });
  return { cookie, fetch, client };
};

test('a file is its uploader’s alone until it is embedded', async () => {
  const { bot, other, fileID } = await makeScene();

  assert.equal(await statusFor(bot.key, fileID), 200);
  assert.equal(await statusFor(other.key, fileID), 404);
});

test('who may read a thread, and nobody else, may read the files in it', async () => {
  for (const [privacy, status] of [
    ['public', 200],
    ['private', 404],
  ] as const) {
    const { bot, other, fileID, block, channelID } = await makeScene(privacy);
    const foreign = (await makeTeam(app)).bot;

    resultOf(await bot.client.postThread({ body: { channelID, blocks: ['See:', block] } }));

    assert.equal(await statusFor(other.key, fileID), status, privacy);
    assert.equal(await statusFor(foreign.key, fileID), 404);
  }
});

test('who may read a comment may read the files in it', async () => {
  for (const [privacy, status] of [
    ['public', 200],
    ['private', 404],
  ] as const) {
    const { bot, other, fileID, block, channelID } = await makeScene(privacy);
    const thread = await bot.client.postThread({ body: { channelID, blocks: ['hello'] } });
    const { threadID } = resultOf(thread);

    resultOf(await bot.client.postComment({ body: { threadID, blocks: [block] } }));

    assert.equal(await statusFor(other.key, fileID), status, privacy);
  }
});

test('who is in a chat may read the files in it, until the chat is deleted', async () => {
  const { bot, other, fileID, block, organization } = await makeScene();
  const outside = await makeBot(app, organization, 'Outside');
  const [row] = await asOwner<{ id: string }>(
    app.address,
    'select id::text from messaging.user where api_key_id = $1',
    [readId('key', other.id)],
  );
  const userIDs = [row?.id ?? ''];
  const { chatID } = resultOf(await bot.client.createChat({ body: { name: 'Two', userIDs } }));

  resultOf(await bot.client.postChatMessage({ body: { chatID, body: `Look:\n${block}` } }));

  assert.equal(await statusFor(other.key, fileID), 200);
  assert.equal(await statusFor(outside.key, fileID), 404);
  assert.equal((await bot.client.deleteChat({ body: { chatID } })).status, 200);
  assert.equal(await statusFor(other.key, fileID), 404);
});

test('who reads a file somewhere may embed it elsewhere, and who does not cannot', async () => {
  const { bot, other, fileID, block, channelID } = await makeScene('private');
  const open = await other.client.createChannel({ body: { name: 'open' } });
  const body = { channelID: resultOf(open).channelID, blocks: [block] };

  refused(await other.client.postThread({ body }), 404, 'file_not_found');
  resultOf(await bot.client.postThread({ body: { channelID, blocks: [block] } }));
  refused(await other.client.postThread({ body }), 404, 'file_not_found');
  resultOf(await bot.client.postThread({ body }));
  resultOf(await other.client.postThread({ body: { ...body, blocks: [`${block}`, 'again'] } }));

  assert.equal(await statusFor(other.key, fileID), 200);
});

describe('a post that embeds', () => {
  test('an unknown file, a thread as a file, or that of another organization is a 404', async () => {
    const { bot, channelID } = await makeScene();
    const foreign = await makeScene();
    const { threadID } = resultOf(
      await bot.client.postThread({ body: { channelID, blocks: ['hello'] } }),
    );

    for (const id of ['12345678901', threadID, foreign.fileID]) {
      const blocks = ['text', `<!${id}>`];
      refused(await bot.client.postThread({ body: { channelID, blocks } }), 404, 'file_not_found');
      const comment = await bot.client.postComment({ body: { threadID, blocks } });
      refused(comment, 404, 'file_not_found');
    }
  });

  test('the same file several times is fine', async () => {
    const { bot, other, fileID, block, channelID } = await makeScene();

    resultOf(await bot.client.postThread({ body: { channelID, blocks: [block, block, block] } }));

    assert.equal(await statusFor(other.key, fileID), 200);
  });

  test('the same file at once in many places is fine', async () => {
    const { bot, other, fileID, block, channelID } = await makeScene();
    const body = { channelID, blocks: [block] };

    const posted = await Promise.all(
      Array.from({ length: 12 }, () => bot.client.postThread({ body })),
    );

    assert.ok(posted.every(({ ok }) => ok));
    assert.equal(await statusFor(other.key, fileID), 200);
  });
});

test('with the last post that showed it a file is its uploader’s alone again', async () => {
  const { bot, other, fileID, block, channelID } = await makeScene();
  const first = resultOf(await bot.client.postThread({ body: { channelID, blocks: [block] } }));
  const second = resultOf(await bot.client.postThread({ body: { channelID, blocks: ['x'] } }));
  const { commentID } = resultOf(
    await bot.client.postComment({ body: { threadID: second.threadID, blocks: [block] } }),
  );

  await bot.client.deleteThread({ body: { threadID: first.threadID } });
  assert.equal(await statusFor(other.key, fileID), 200);
  await bot.client.deleteComment({ body: { commentID } });

  assert.equal(await statusFor(other.key, fileID), 404);
  assert.equal(await statusFor(bot.key, fileID), 200);
});

test('a member uploads and posts on the website, and a page shows it', async () => {
  const { organization, other, channelID } = await makeScene();
  const { fetch: browse, client } = await member(organization);

  const added = await client.addFile({ form: formOf(content, { name: 'chart.png' }) });
  assert.ok(added.ok, JSON.stringify(added));
  const { file_id, ...file } = added.body.file;
  const text = `Look\n\n<!${file_id}>`;
  const started = await client.startThread({ body: { channel_id: channelID, text } });
  const shown = await browse(`${app.url}/files/${file_id}`);

  assert.equal(started.status, 201);
  assert.deepEqual(file, {
    name: 'chart.png',
    mime_type: 'image/png',
    bytes: content.length,
    width: 40,
    height: 30,
  });
  assert.equal(shown.status, 200);
  assert.equal(await statusFor(other.key, file_id), 200);
});

test('a page of another site cannot upload in the name of a member', async () => {
  const { organization } = await makeScene();
  const { cookie } = await member(organization);

  const response = await fetch(`${app.url}/api/messaging/files`, {
    method: 'POST',
    headers: { origin: 'https://elsewhere.example', cookie },
    body: formOf(content),
  });

  assert.equal(response.status, 403);
});

test('what an edit takes out is shown to others no more, and what it puts in is', async () => {
  const { organization, other, channelID } = await makeScene();
  const { client } = await member(organization);
  const add = async () => {
    const added = await client.addFile({ form: formOf(content) });
    assert.ok(added.ok);
    return added.body.file.file_id;
  };
  const [first, second] = [await add(), await add()];
  const started = await client.startThread({
    body: { channel_id: channelID, text: `<!${first}>` },
  });
  assert.ok(started.ok);
  const { thread_id } = started.body.thread;

  const edited = await client.editThread({ params: { thread_id }, body: { text: `<!${second}>` } });

  assert.equal(edited.status, 200);
  assert.equal(await statusFor(other.key, first), 404);
  assert.equal(await statusFor(other.key, second), 200);
});
