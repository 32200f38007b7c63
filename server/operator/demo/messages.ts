import { openChannel } from '../../messaging/channels/channels.ts';
import { openGroup } from '../../messaging/chats/chats.ts';
import { postComment } from '../../messaging/comments/comments.ts';
import { postChatMessage } from '../../messaging/messages/messages.ts';
import { postThread } from '../../messaging/threads/threads.ts';
import { selectAllUserIds } from '../../messaging/users/store.ts';
import { createBot, welcomeMember } from '../../messaging/users/users.ts';
import { createKey } from '../../platform/access/keys.ts';
import type { WriteContext } from '../../platform/context.ts';
import { readId } from '../../runtime/ids.ts';

export type Talk = { channels: Named[]; chats: Named[] };
type Named = { id: string; name: string };

const bots = ['Front desk bot', 'Sync bot'] as const;

const channels = [
  { name: 'front-desk', description: 'Who comes today, and what they need.', privacy: 'public' },
  { name: 'integrations', description: 'What moves between our systems.', privacy: 'public' },
  { name: 'partners', description: 'Contracts and numbers.', privacy: 'private' },
] as const;

const threads: readonly { channel: string; blocks: string[]; answers: string[] }[] = [
  {
    channel: 'front-desk',
    blocks: [
      '# New openings',
      'The next eight weeks are open at all three practices.',
      '* Lakeview: four doctors\n* Harbour: three doctors\n* Southern Smiles: two doctors',
    ],
    answers: ['*Saturdays* are weekly from now on.', 'Thank you – told everybody at the desk.'],
  },
  {
    channel: 'front-desk',
    blocks: ['A patient form came back *signed*. Please look at the _allergies_ before the visit.'],
    answers: ['Seen, the chart is marked.'],
  },
  {
    channel: 'integrations',
    blocks: ['Patients of the last day:', '```\nread     42\nwritten  42\nrejected  0\n```'],
    answers: [],
  },
];

/** Lets a team begin to talk: two bots, channels with threads and comments, and a chat. */
export async function talk(
  ctx: WriteContext,
  member: { id: string; name: string },
  apiKey: string,
): Promise<Talk> {
  const user = await welcomeMember(ctx, readId('member', member.id) as number, member.name);
  const [desk, sync] = [await addBot(ctx, bots[0], apiKey), await addBot(ctx, bots[1])];
  const everybody = await selectAllUserIds(ctx.tx, ctx.organization);
  const opened: Named[] = [];
  for (const channel of channels) {
    const id = await openChannel(ctx, user, { ...channel, userIDs: everybody });
    opened.push({ id, name: channel.name });
  }
  for (const [place, thread] of threads.entries())
    await post(place < 2 ? desk : sync, sync, thread);
  const name = 'Morning round';
  const chat = await openGroup(ctx, user, name, everybody);
  const input = { params: {}, query: {} };
  for (const body of [
    'Good morning! The first patient is at *9:00*.',
    'Two holds are still open.',
  ]) {
    await postChatMessage(desk, { ...input, body: { chatID: chat, body } });
  }
  return { channels: opened, chats: [{ id: chat, name }] };
}

async function addBot(ctx: WriteContext, name: string, text?: string): Promise<WriteContext> {
  const key = { name, kind: 'threads', plan: 'professional' } as const;
  const { id } = await createKey(ctx.tx, ctx.organization, key, ctx.now, text);
  const keyId = readId('key', id) as number;
  await createBot(ctx, keyId, name);
  return { ...ctx, caller: { ...ctx.caller, kind: 'key', id: keyId } };
}

async function post(
  author: WriteContext,
  other: WriteContext,
  { channel, blocks, answers }: (typeof threads)[number],
): Promise<void> {
  const input = { params: {}, query: {} };
  const { result } = await postThread(author, { ...input, body: { channel, blocks } });
  const { threadID } = result;
  let parentID = threadID;
  for (const answer of answers) {
    const body = { threadID, parentID, blocks: [answer] };
    const comment = await postComment(other, { ...input, body });
    parentID = comment.result.commentID;
  }
}
