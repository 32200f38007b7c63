import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { createChat } from '../operator/index.ts';
import { makeTeam, refused, resultOf } from '../testing/scene.ts';

const app = await startServer();
const { config, database } = app.server.platform;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function makeChat() {
  const team = await makeTeam(app);
  const created = await team.bot.client.createChat({
    body: { name: 'Front desk', emails: [team.email] },
  });
  return { ...team, ...resultOf(created) };
}

test('a chat is created, and messages are posted to it by name or id', async () => {
  const { bot, chatID, chatURL } = await makeChat();

  const byName = resultOf(
    await bot.client.postChatMessage({ body: { chat: 'front DESK', body: '*hi*' } }),
  );
  const byId = resultOf(await bot.client.postChatMessage({ body: { chatID, body: '# hi' } }));

  assert.match(chatID, uuid);
  assert.equal(chatURL, `${config.publicUrl}/messages/${chatID}`);
  for (const { chatMessageID, chatMessageURL } of [byName, byId]) {
    assert.match(chatMessageID, uuid);
    assert.equal(chatMessageURL, `${config.publicUrl}/${chatID}/${chatMessageID}`);
  }
});

test('the name of a chat is the same however its characters and blanks are written', async () => {
  const { bot } = await makeChat();
  await bot.client.createChat({ body: { name: ' Fru\u0308h  \n dienst' } });
  await bot.client.createChat({ body: { name: 'Late \u200b shift' } });

  const posted = await bot.client.postChatMessage({ body: { chat: 'FRÜH dienst', body: 'x' } });
  const late = await bot.client.postChatMessage({ body: { chat: 'late shift', body: 'x' } });
  const blank = await bot.client.createChat({ body: { name: '\u200b' } });

  assert.deepEqual([posted.status, late.status], [200, 200]);
  refused(blank, 400, 'invalid_request');
});

test('a name that two chats share is ambiguous, the id is not', async () => {
  const { bot, chatID } = await makeChat();
  await bot.client.createChat({ body: { name: 'FRONT DESK' } });

  const byName = await bot.client.postChatMessage({ body: { chat: 'front desk', body: 'x' } });
  const byId = await bot.client.postChatMessage({ body: { chatID, body: 'x' } });

  refused(byName, 409, 'ambiguous_name');
  assert.equal(byId.status, 200);
});

test('a chat does not exist for a bot that is not in it', async () => {
  const { other, chatID } = await makeChat();

  const answers = [
    await other.client.postChatMessage({ body: { chatID, body: 'x' } }),
    await other.client.postChatMessage({ body: { chat: 'Front desk', body: 'x' } }),
    await other.client.deleteChat({ body: { chatID } }),
    await other.client.deleteChat({ body: { chatID: 'nonsense' } }),
  ];

  for (const answer of answers) refused(answer, 404, 'chat_not_found');
});

test('a message has 1 to 10,000 characters and a chat', async () => {
  const { bot, chatID } = await makeChat();

  const fits = await bot.client.postChatMessage({ body: { chatID, body: '🦷'.repeat(10_000) } });
  const refusals = [
    await bot.client.postChatMessage({ body: { chatID, body: 'x'.repeat(10_001) } }),
    await bot.client.postChatMessage({ body: { chatID, body: '  ' } }),
    await bot.client.postChatMessage({ body: { chatID, body: '\ufeff' } }),
    await bot.client.postChatMessage({ body: { body: 'x' } }),
  ];

  assert.equal(fits.status, 200);
  for (const answer of refusals) refused(answer, 400, 'invalid_request');
});

test('only its bot deletes a message, once', async () => {
  const { bot, other, organization, chatID } = await makeChat();
  const shared = await createChat(app.server.platform, organization, {
    name: 'All',
    emails: [],
    keys: [],
  });
  const posted = await bot.client.postChatMessage({ body: { chatID: shared.id, body: 'x' } });
  const messageID = resultOf(posted).chatMessageID;

  const byOther = await other.client.deleteChatMessage({ body: { messageID } });
  const byOwner = await bot.client.deleteChatMessage({ body: { messageID } });
  const again = await bot.client.deleteChatMessage({ body: { messageID } });
  const unknown = await bot.client.deleteChatMessage({ body: { messageID: chatID } });

  refused(byOther, 403, 'not_allowed');
  assert.equal(byOwner.status, 200);
  refused(again, 404, 'message_not_found');
  refused(unknown, 404, 'message_not_found');
});

test('a chat is deleted once, and nothing is posted to it afterwards, also when all of it happens at once', async () => {
  const { bot, chatID } = await makeChat();
  const post = () => bot.client.postChatMessage({ body: { chatID, body: 'x' } });
  const remove = () => bot.client.deleteChat({ body: { chatID } });

  const calls = Array.from({ length: 60 }, (_, nth) => (nth % 5 === 4 ? remove() : post()));
  const answers = await Promise.all(calls);

  for (const answer of answers.filter(({ ok }) => !ok)) refused(answer, 404, 'chat_not_found');
  assert.equal(answers.filter(({ ok }, nth) => ok && nth % 5 === 4).length, 1);
  const late = await database.system.reading.rows(
    `select from platform.event posted
     join platform.event deleted on deleted.subject = $1 and deleted.type = 'chat.deleted'
     where posted.type = 'message.posted' and posted.data->>'chatID' = $1
       and posted.sequence > deleted.sequence`,
    [chatID],
  );
  assert.equal(late.length, 0);
});

test('only its bot deletes a chat, and then it is gone', async () => {
  const { bot, chatID } = await makeChat();

  const deleted = await bot.client.deleteChat({ body: { chatID } });
  const again = await bot.client.deleteChat({ body: { chatID } });

  assert.equal(deleted.status, 200);
  refused(again, 404, 'chat_not_found');
});

test('a repeated message with the same Idempotency-Key is one message', async () => {
  const { bot, chatID } = await makeChat();
  const options = { headers: { 'idempotency-key': 'once' } };
  const post = () => bot.client.postChatMessage({ body: { chatID, body: 'x' } }, options);

  const ids = [resultOf(await post()), resultOf(await post())].map((one) => one.chatMessageID);

  assert.equal(ids[0], ids[1]);
});
