import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { createChannel, revokeKey } from '../operator/index.ts';
import { makeBot, makeTeam, refused, resultOf } from '../testing/scene.ts';

const app = await startServer();

test('a key answers its name to a ping', async () => {
  const { bot } = await makeTeam(app);

  const answer = await bot.client.ping();

  assert.deepEqual(resultOf(answer), { name: 'Reporter' });
});

test('a revoked key is refused at the very next call, in every process', async () => {
  const { organization, bot } = await makeTeam(app);
  const other = await app.another({ HEDDLE_ROLES: 'web' });
  const ping = (url: string) =>
    fetch(`${url}/api/public/ping`, { headers: { authorization: `Bearer ${bot.key}` } });
  assert.equal((await ping(app.url)).status, 200);
  assert.equal((await ping(other.url)).status, 200);

  await revokeKey(app.server.platform, organization, bot.id);

  for (const url of [app.url, other.url]) {
    const answer = await ping(url);
    assert.equal(answer.status, 401);
    assert.equal((await answer.json()).error, 'invalid_auth');
  }
});

test('a key is 24 characters that need no escaping', async () => {
  const { bot } = await makeTeam(app);

  assert.match(bot.key, /^[A-Za-z0-9_-]{24}$/);
});

test('a channel is created with its creator and those invited, and listed', async () => {
  const { bot, email } = await makeTeam(app);

  const created = resultOf(
    await bot.client.createChannel({
      body: { name: '#General', description: 'All of it', emails: [email.toUpperCase()] },
    }),
  );

  const [channel, ...more] = resultOf(await bot.client.listChannels());
  assert.deepEqual(more, []);
  assert.match(created.channelID, /^[1-9]\d{10}$/);
  assert.equal(created.channelURL, `${app.server.platform.config.publicUrl}/${created.channelID}`);
  assert.equal(channel?.memberIDs.length, 2);
  assert.deepEqual(
    { ...channel, memberIDs: [] },
    {
      channelID: created.channelID,
      name: 'General',
      description: 'All of it',
      privacy: 'public',
      memberIDs: [],
    },
  );
});

test('the operator opens a channel to those who are named, else to everybody or the owners', async () => {
  const { organization, operator, bot, email } = await makeTeam(app);
  const owner = { email: 'olga@team.example', name: 'Olga', role: 'owner' } as const;
  await operator.createMember(organization, owner);
  const open = async (name: string, isPrivate: boolean, emails: string[], keys: string[]) =>
    namesIn(
      (await createChannel(app.server.platform, organization, { name, isPrivate, emails, keys }))
        .id,
    );

  assert.deepEqual(await open('all', false, [], []), ['Ann', 'Olga', 'Reporter', 'Watcher']);
  assert.deepEqual(await open('owned', true, [], []), ['Olga']);
  assert.deepEqual(await open('some', false, [email], []), ['Ann']);
  assert.deepEqual(await open('secret', true, [email, email], [bot.id]), ['Ann', 'Reporter']);
  await assert.rejects(open('who', true, ['ben@team.example'], []), /emails\.0: no member/);
  await assert.rejects(open('which', true, [], ['zzzzz']), /no messaging API key in use/);
  await revokeKey(app.server.platform, organization, bot.id);
  await assert.rejects(open('gone', true, [], [bot.id]), /no messaging API key in use/);
});

async function namesIn(channelID: string): Promise<string[]> {
  const rows = await asOwner<{ name: string }>(
    app.address,
    `select u.name from messaging.channel_member
     join messaging.user u using (organization_id) where channel_id = $1 and u.id = user_id
     order by u.name`,
    [channelID],
  );
  return rows.map(({ name }) => name);
}

test('a name is taken whatever its case and with or without #', async () => {
  const { bot } = await makeTeam(app);
  await bot.client.createChannel({ body: { name: 'general' } });

  for (const name of [' #GENERAL ', '##general', '# #general']) {
    const answer = await bot.client.createChannel({ body: { name } });
    refused(answer, 400, 'invalid_request');
  }
});

test('a channel that was made with several # is found by the name that the list shows', async () => {
  const { bot } = await makeTeam(app);
  const made = await bot.client.createChannel({ body: { name: '##releases' } });

  const [channel] = resultOf(await bot.client.listChannels());
  const posted = await bot.client.postThread({ body: { channel: '#releases', blocks: ['x'] } });

  assert.equal(channel?.channelID, resultOf(made).channelID);
  assert.equal(channel?.name, 'releases');
  assert.equal(posted.status, 200);
});

test('a name is the same however its characters and blanks are written', async () => {
  const { bot } = await makeTeam(app);
  const blocks = ['x'];
  const made = await bot.client.createChannel({ body: { name: '#Ärzte\n und  mehr' } });
  const { channelID } = resultOf(made);

  const again = await bot.client.createChannel({ body: { name: 'a\u0308rzte und mehr' } });
  const posts = [
    await bot.client.postThread({ body: { channel: 'A\u0308RZTE UND MEHR', blocks } }),
    await bot.client.postThread({ body: { channel: 'ärzte\u00a0und mehr', blocks } }),
  ];

  refused(again, 400, 'invalid_request');
  for (const post of posts) assert.equal(post.status, 200);
  const [channel] = resultOf(await bot.client.listChannels());
  assert.deepEqual([channel?.channelID, channel?.name], [channelID, 'Ärzte und mehr']);
});

test('a name that shows nothing is blank', async () => {
  const { bot } = await makeTeam(app);

  for (const name of [' ', '#', '\u200b', '# \u202e\u0001', '\u0301']) {
    const answer = await bot.client.createChannel({ body: { name } });
    refused(answer, 400, 'invalid_request');
  }
});

test('a private channel does not exist for a bot that is not in it', async () => {
  const { bot, other } = await makeTeam(app);
  const privacy = 'private';
  const { channelID } = resultOf(
    await bot.client.createChannel({ body: { name: 'secret', privacy } }),
  );

  const list = resultOf(await other.client.listChannels());
  const byName = await other.client.postThread({ body: { channel: 'secret', blocks: ['x'] } });
  const byId = await other.client.postThread({ body: { channelID, blocks: ['x'] } });

  assert.deepEqual(list, []);
  refused(byName, 404, 'channel_not_found');
  refused(byId, 404, 'channel_not_found');
});

test('a private channel takes its name from nobody who may not read it', async () => {
  const { bot, other } = await makeTeam(app);
  const secret = { name: 'Secret', privacy: 'private' } as const;
  const made = resultOf(await bot.client.createChannel({ body: secret }));

  const again = await bot.client.createChannel({ body: { name: 'secret' } });
  const theirs = await other.client.createChannel({ body: secret });
  const open = await other.client.createChannel({ body: { name: 'secret' } });
  const byName = await bot.client.postThread({ body: { channel: 'secret', blocks: ['x'] } });

  refused(again, 400, 'invalid_request');
  assert.equal(theirs.status, 200);
  refused(open, 400, 'invalid_request');
  assert.equal(byName.status, 200);
  assert.notEqual(resultOf(theirs).channelID, made.channelID);
});

test('a name that a private and a public channel share is ambiguous, the id is not', async () => {
  const { bot, other } = await makeTeam(app);
  const { channelID } = resultOf(
    await bot.client.createChannel({ body: { name: 'billing', privacy: 'private' } }),
  );
  const open = await other.client.createChannel({ body: { name: 'billing' } });

  const blocks = ['x'];
  const byName = await bot.client.postThread({ body: { channel: 'billing', blocks } });
  const byId = await bot.client.postThread({ body: { channelID, blocks } });
  const byOther = await other.client.postThread({ body: { channel: 'billing', blocks } });

  assert.equal(open.status, 200);
  refused(byName, 409, 'ambiguous_name');
  assert.equal(byId.status, 200);
  assert.equal(byOther.status, 200);
});

test('channels of another organization do not exist', async () => {
  const { bot } = await makeTeam(app);
  const stranger = (await makeTeam(app)).bot;
  const { channelID } = resultOf(await bot.client.createChannel({ body: { name: 'ours' } }));

  const list = resultOf(await stranger.client.listChannels());
  const answer = await stranger.client.postThread({ body: { channelID, blocks: ['x'] } });

  assert.deepEqual(list, []);
  refused(answer, 404, 'channel_not_found');
});

test('an address that no member has is refused, and not repeated in the refusal', async () => {
  const { bot } = await makeTeam(app);

  const answer = await bot.client.createChannel({
    body: { name: 'x', emails: ['nobody@nowhere.example'] },
  });

  refused(answer, 400, 'invalid_request');
  assert.doesNotMatch(JSON.stringify(answer), /nowhere/);
});

test('channels are listed for a POST with no body, null, or a trailing blank in the path', async () => {
  const { bot } = await makeTeam(app);
  await bot.client.createChannel({ body: { name: 'general' } });
  const headers = { authorization: `Bearer ${bot.key}`, 'content-type': 'application/json' };
  const post = (path: string, body?: string) =>
    fetch(`${app.url}/api/public/${path}`, { method: 'POST', headers, ...(body ? { body } : {}) });

  const answers = [
    await post('channels'),
    await post('channels', 'null'),
    await post('channels%20'),
    // As programs send a POST of nothing.
    await fetch(`${app.url}/api/public/channels`, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    }),
  ];

  for (const answer of answers) {
    assert.equal(answer.status, 200);
    assert.equal((await answer.json()).result.length, 1);
  }
});

test('two channels of one name created at once are one channel', async () => {
  const { bot, organization } = await makeTeam(app);
  const second = await makeBot(app, organization, 'Second');

  const answers = await Promise.all(
    [bot, second, bot, second].map(({ client }) => client.createChannel({ body: { name: 'one' } })),
  );

  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 400, 400, 400]);
});
