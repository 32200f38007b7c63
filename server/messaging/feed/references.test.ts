import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import {
  answer,
  makeOffice,
  openChannel,
  openChat,
  say,
  shown,
  startThread,
} from '../testing/website.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

test('the event log has nothing of what posts say', async () => {
  const { ann, ben } = await makeOffice(app);
  const text = 'a rhubarb secret';
  const channel_id = await openChannel(ann, 'news', [ben]);
  const chat_id = await openChat(ann, [ben], 'Lunch');
  const { thread_id } = await startThread(ann, channel_id, text);
  const { comment_id } = await answer(ann, thread_id, text);
  const { message_id } = await say(ann, chat_id, text);

  shown(await ann.client.editThread({ params: { thread_id }, body: { text: `${text}!` } }));
  shown(await ann.client.editComment({ params: { comment_id }, body: { text: `${text}!` } }));
  shown(await ann.client.editMessage({ params: { message_id }, body: { text: `${text}!` } }));

  const posts = await asOwner<{ type: string; data: object }>(
    app.address,
    `select type, data from platform.event where type ~ '^(thread|comment|message)' order by sequence`,
  );
  assert.equal(posts.length, 6);
  assert.doesNotMatch(JSON.stringify(posts), /rhubarb/);
});
