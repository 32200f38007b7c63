import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { refused } from '../testing/scene.ts';
import { makeOffice, openChannel, openChat, say, shown, type Visitor } from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

const idsOf = (visitors: readonly Visitor[]) => visitors.map(({ user_id }) => user_id).sort();

async function chatsOf({ client }: Visitor) {
  return shown(await client.getHome()).chats;
}

test('a chat of two has no name, and is the same whoever opens it', async () => {
  const { ann, ben, cleo } = await makeOffice(app);

  const opened = await ann.client.openChat({ body: { user_ids: [ben.user_id] } });
  const again = await ben.client.openChat({ body: { user_ids: [ann.user_id], name: ' ' } });

  const { chat } = shown(opened);
  const { chat_id, ...rest } = chat;
  assert.deepEqual(rest, {
    name: '',
    is_direct: true,
    opened_by: ann.user_id,
    member_ids: idsOf([ann, ben]),
    last_number: 0,
    last_at: null,
    deleted_at: null,
    is_closed: false,
    revision: 1,
  });
  assert.equal(shown(again).chat.chat_id, chat_id);
  assert.deepEqual(await chatsOf(ben), [chat]);
  assert.deepEqual(await chatsOf(cleo), []);
});

test('a chat of two that both open at once, many times, is one', async () => {
  const { ann, ben } = await makeOffice(app);

  const ids = await Promise.all(
    Array.from({ length: 10 }, (_, at) => (at % 2 ? openChat(ann, [ben]) : openChat(ben, [ann]))),
  );

  assert.equal(new Set(ids).size, 1);
  assert.equal((await chatsOf(ann)).length, 1);
});

test('somebody may have a chat with themselves', async () => {
  const { ann } = await makeOffice(app);

  const id = await openChat(ann, [ann]);

  assert.equal(await openChat(ann, [ann]), id);
  assert.deepEqual((await chatsOf(ann))[0]?.member_ids, [ann.user_id]);
});

test('a group has a name, which others may have, too', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const user_ids = idsOf([ben, cleo, ann]);

  const nameless = await ann.client.openChat({ body: { user_ids } });
  const first = await openChat(ann, [ben, cleo], ' Lunch ');
  const second = await openChat(ann, [ben], 'Lunch');

  refused(nameless, 400, 'invalid_request');
  assert.notEqual(first, second);
  const chats = await chatsOf(ben);
  assert.deepEqual(
    chats.map(({ name, is_direct }) => ({ name, is_direct })),
    [
      { name: 'Lunch', is_direct: false },
      { name: 'Lunch', is_direct: false },
    ],
  );
});

test('a chat needs users that there are', async () => {
  const { ann, zoe } = await makeOffice(app);

  for (const user_ids of [[], [zoe.user_id], ['12345678901'], ['nobody']]) {
    refused(await ann.client.openChat({ body: { user_ids } }), 400, 'invalid_request');
  }
});

test('a repeated opening with the same Idempotency-Key is one group', async () => {
  const { ann, ben } = await makeOffice(app);
  const body = { name: 'Lunch', user_ids: [ben.user_id] };
  const open = () => ann.client.openChat({ body }, { headers: { 'idempotency-key': 'lunch' } });

  const answers = await Promise.all([open(), open()]);

  assert.deepEqual(shown(answers[1]), shown(answers[0]));
  assert.equal((await chatsOf(ann)).length, 1);
});

test('its members name a group, add others and take them out', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const chat_id = await openChat(ann, [ben], 'Lunch');
  const member = { params: { chat_id, user_id: cleo.user_id } };

  const named = shown(
    await ben.client.changeChat({ params: { chat_id }, body: { name: ' Di\u0302ner  at ten ' } }),
  ).chat;
  const added = shown(await ben.client.addChatMember(member)).chat;
  const again = shown(await ben.client.addChatMember(member)).chat;
  shown(await cleo.client.removeChatMember(member));
  const goneTwice = await ann.client.removeChatMember(member);

  assert.equal(named.name, 'D\u00eener at ten');
  assert.deepEqual(added.member_ids, idsOf([ann, ben, cleo]));
  assert.deepEqual(again.member_ids, added.member_ids);
  assert.ok(added.revision > named.revision);
  assert.equal(goneTwice.status, 200);
  assert.deepEqual(await chatsOf(cleo), []);
  assert.deepEqual((await chatsOf(ann))[0]?.member_ids, idsOf([ann, ben]));
});

test('a chat of two stays one, and has no name', async () => {
  const { ann, ben, cleo } = await makeOffice(app);
  const chat_id = await openChat(ann, [ben]);

  const answers = [
    await ann.client.changeChat({ params: { chat_id }, body: { name: 'Us' } }),
    await ann.client.addChatMember({ params: { chat_id, user_id: cleo.user_id } }),
    await ann.client.removeChatMember({ params: { chat_id, user_id: ben.user_id } }),
  ];

  for (const one of answers) refused(one, 403, 'not_allowed');
});

test('who has left is in no new chat or channel; the chat that there was still opens', async () => {
  const { organization, ann, ben, cleo } = await makeOffice(app);
  const old = await openChat(ann, [ben]);
  const { client } = ann;
  const user_ids = [ben.user_id];
  const group = await openChat(ann, [cleo], 'Group');
  const channel_id = await openChannel(ann, 'news');
  await app.server.platform.database
    .of(organization)
    .transaction((tx) =>
      tx.rows('update platform.member set ended_at = now() where id = $1', [ben.member.id]),
    );

  const refusals = [
    await client.openChat({ body: { user_ids, name: 'With one who left' } }),
    await client.addChatMember({ params: { chat_id: group, user_id: ben.user_id } }),
    await client.openChannel({ body: { name: 'other', privacy: 'private', user_ids } }),
    await client.addChannelMember({ params: { channel_id, user_id: ben.user_id } }),
  ];
  const again = shown(await client.openChat({ body: { user_ids } })).chat;

  for (const refusal of refusals) refused(refusal, 400, 'invalid_request');
  assert.equal(again.chat_id, old);
});

test('a name must not be blank or long, and who is added must be there', async () => {
  const { ann, ben, zoe } = await makeOffice(app);
  const chat_id = await openChat(ann, [ben], 'Lunch');

  for (const name of ['', ' ', 'x'.repeat(81)]) {
    const one = await ann.client.changeChat({ params: { chat_id }, body: { name } });
    refused(one, 400, 'invalid_request');
  }
  for (const user_id of [zoe.user_id, '12345678901', 'nobody']) {
    const one = await ann.client.addChatMember({ params: { chat_id, user_id } });
    refused(one, 400, 'invalid_request');
  }
});

test('for who is not in it a chat does not exist', async () => {
  const { ann, ben, cleo, zoe } = await makeOffice(app);
  const chat_id = await openChat(ann, [ben], 'Lunch');
  const { message_id } = await say(ann, chat_id, 'hush');
  const params = { chat_id };

  for (const { client, user_id } of [cleo, zoe]) {
    const ofChat = [
      await client.changeChat({ params, body: { name: 'mine' } }),
      await client.addChatMember({ params: { chat_id, user_id } }),
      await client.removeChatMember({ params: { chat_id, user_id } }),
      await client.listMessages({ params }),
      await client.sendMessage({ params, body: { text: 'x' } }),
      await client.markRead({ body: { place: 'chat', place_id: chat_id, number: 1 } }),
    ];
    for (const one of ofChat) refused(one, 404, 'chat_not_found');
    const ofMessage = [
      await client.editMessage({ params: { message_id }, body: { text: 'x' } }),
      await client.removeMessage({ params: { message_id } }),
      await client.react({ body: { message_id, emoji: '👍', reacted: true } }),
    ];
    for (const one of ofMessage) refused(one, 404, 'message_not_found');
  }
});

test('who left a group neither reads nor writes in it, not even what was their own', async () => {
  const { ann, ben } = await makeOffice(app);
  const chat_id = await openChat(ann, [ben], 'Lunch');
  const { message_id } = await say(ben, chat_id, 'mine');
  const params = { chat_id };
  await ben.client.removeChatMember({ params: { chat_id, user_id: ben.user_id } });

  refused(await ben.client.listMessages({ params }), 404, 'chat_not_found');
  refused(await ben.client.sendMessage({ params, body: { text: 'x' } }), 404, 'chat_not_found');
  const edit = await ben.client.editMessage({ params: { message_id }, body: { text: 'x' } });
  refused(edit, 404, 'message_not_found');
  const deletion = await ben.client.removeMessage({ params: { message_id } });
  refused(deletion, 404, 'message_not_found');
});
