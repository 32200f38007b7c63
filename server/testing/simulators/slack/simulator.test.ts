import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { LogLevel, WebClient } from '@slack/web-api';
import { startSlack } from './simulator.ts';

const slack = await startSlack({ records: 250, limits: { tier2: 1_000, tier3: 1_000 } });
after(() => slack.end());
const options = { slackApiUrl: `${slack.url}/api/`, logLevel: LogLevel.ERROR };
const client = new WebClient(slack.token, options);
const general = slack.workspace.channel('general').id;

test('the client of Slack lists channels and people, page by page', async () => {
  const types = 'public_channel,private_channel';
  const channels = [];
  for await (const page of client.paginate('conversations.list', { limit: 2, types })) {
    channels.push(...((page as { channels?: { name: string }[] }).channels ?? []));
  }
  const people = [];
  for await (const page of client.paginate('users.list', { limit: 100 })) {
    people.push(...((page as { members?: { profile: { email?: string } }[] }).members ?? []));
  }
  const who = await client.auth.test();

  assert.deepEqual(
    channels.map(({ name }) => name),
    ['general', 'random', 'plans', 'others', 'archive'],
  );
  assert.equal(people.length, 251);
  assert.equal(people[8]?.profile.email, 'person7@company.example');
  assert.ok(who.response_metadata?.scopes?.includes('chat:write'));
});

test('the client reads a channel from its end on, and the answers to a message apart', async () => {
  const all = await client.conversations.history({ channel: general, limit: 999 });
  const [newest, before] = all.messages ?? [];
  const earlier = await client.conversations.history({
    ...{ channel: general, latest: newest?.ts ?? '', limit: 1 },
  });
  const parent = all.messages?.find(({ reply_count }) => reply_count === 2);
  const thread = await client.conversations.replies({
    ...{ channel: general, ts: parent?.ts ?? '', limit: 1 },
  });
  const further = await client.conversations.replies({
    ...{ channel: general, ts: parent?.ts ?? '', limit: 1 },
    cursor: thread.response_metadata?.next_cursor ?? '',
  });
  const answer = further.messages?.[0]?.ts ?? '';
  const alone = await client.conversations.replies({ channel: general, ts: answer });

  assert.ok((newest?.ts ?? '') > (before?.ts ?? ''));
  assert.deepEqual(
    earlier.messages?.map(({ ts }) => ts),
    [before?.ts],
  );
  assert.equal(earlier.has_more, true);
  assert.deepEqual(
    thread.messages?.map(({ thread_ts }) => thread_ts),
    [parent?.ts, parent?.ts],
  );
  assert.equal(thread.messages?.[0]?.ts, parent?.ts);
  assert.equal(further.messages?.length, 1);
  assert.equal(parent?.latest_reply, answer);
  assert.deepEqual(
    alone.messages?.map(({ ts }) => ts),
    [answer],
  );
});

test('the client posts, changes and deletes messages, and is told of what is wrong', async () => {
  const { ts = '' } = await client.chat.postMessage({ channel: '#random', text: 'Hello' });
  const random = slack.workspace.channel('random');
  await client.chat.update({ channel: random.id, ts, text: 'Hello again' });
  const changed = { ...random.find(ts) };
  await client.chat.delete({ channel: random.id, ts });
  const long = await client.chat.postMessage({ channel: random.id, text: 'x'.repeat(40_001) });

  const post = (more: object) => client.chat.postMessage({ text: 'x', ...more } as never);
  const isRefused = (error: string) => (thrown: { data?: { error?: string } }) => {
    assert.equal(thrown.data?.error, error);
    return true;
  };

  assert.equal(changed.text, 'Hello again');
  assert.ok(changed.edited);
  assert.equal(random.find(ts), undefined);
  assert.equal(long.message?.text?.length, 40_000);
  await assert.rejects(post({ channel: 'nowhere' }), isRefused('channel_not_found'));
  await assert.rejects(post({ channel: 'others' }), isRefused('not_in_channel'));
  await assert.rejects(post({ channel: 'archive' }), isRefused('is_archived'));
  await assert.rejects(post({ channel: 'random', text: '' }), isRefused('no_text'));
  await assert.rejects(post({ channel: 'random', blocks: [{}] }), isRefused('invalid_blocks'));
  slack.scopes = ['channels:read'];
  await assert.rejects(client.users.list({}), isRefused('missing_scope'));
});

test('the client is told of a wrong token, and of too many messages', async () => {
  const strict = await startSlack({ records: 1, limits: { posts: 0 } });
  after(() => strict.end());
  const given = { ...options, slackApiUrl: `${strict.url}/api/`, retryConfig: { retries: 0 } };
  const stranger = new WebClient('xoxb-wrong', given);
  const own = new WebClient(strict.token, { ...given, rejectRateLimitedCalls: true });

  await assert.rejects(stranger.auth.test(), /invalid_auth/);
  await assert.rejects(own.chat.postMessage({ channel: 'general', text: 'Hello' }), {
    code: 'slack_webapi_rate_limited_error',
    retryAfter: 1,
  });
});

test('a person gives access, and what is wrong with it is said in an answer with 200', async () => {
  const { oauth } = slack;
  const client_id = oauth.clientId;
  const access = new WebClient(undefined, options).oauth.v2.access;
  const url = new URL(`${slack.url}/oauth/v2/authorize`);
  const redirect_uri = 'https://server.example/back';
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const asked = {
    client_id,
    redirect_uri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);

  const back = await fetch(url, { redirect: 'manual' });
  const code = new URL(back.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const given = { client_id, client_secret: oauth.clientSecret, code, redirect_uri, code_verifier };
  const granted = await access(given);
  const again = await fetch(`${slack.url}/api/oauth.v2.access`, {
    ...{ method: 'POST', body: new URLSearchParams(given) },
  });

  assert.equal(granted.ok, true);
  assert.ok(granted.refresh_token);
  assert.deepEqual([again.status, await again.json()], [200, { ok: false, error: 'invalid_code' }]);
  assert.ok((await new WebClient(granted.access_token, options).auth.test()).ok);
});
