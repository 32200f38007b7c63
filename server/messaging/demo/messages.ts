import { createKey } from '../../platform/access/keys.ts';
import type { WriteContext } from '../../platform/context.ts';
import { createMember } from '../../platform/members/admission.ts';
import type { DemoTerms } from '../../platform/product.ts';
import type { Draft } from '../../platform/uploads/uploading.ts';
import { existing } from '../../runtime/database/existing.ts';
import { readId } from '../../runtime/ids.ts';
import { openChannel } from '../channels/channels.ts';
import { selectChannelStates } from '../channels/store.ts';
import { addChat } from '../chats/chats.ts';
import { directKeyOf } from '../chats/website.ts';
import { registerFile } from '../files/files.ts';
import { readBody, readText } from '../formatting/content.ts';
import { postComment } from '../posts/comments/comments.ts';
import { postMessage } from '../posts/messages/messages.ts';
import { reactAs } from '../posts/reactions/reactions.ts';
import { postThread } from '../posts/threads/threads.ts';
import { updateReading } from '../readings/store.ts';
import { selectMemberUser } from '../users/store.ts';
import { createBot } from '../users/users.ts';
import {
  channels,
  chats,
  type Said,
  type Speaker,
  speakers,
  type Thread,
  threads,
} from './conversation.ts';

export type Talk = { channels: Named[]; chats: Named[] };
type Named = { id: string; name: string };
type Users = Readonly<Record<Speaker, number>>;
type Post = { thread_id: string } | { comment_id: string } | { message_id: string };

/** Lets a team talk: members, two bots, channels with threads and comments, chats. */
export async function talk(
  ctx: WriteContext,
  terms: DemoTerms,
  apiKey: string,
  picture: Draft,
): Promise<Talk> {
  const users = await gather(ctx, terms, apiKey);
  const everybody = Object.values(users).map(String);
  const opened: Named[] = [];
  for (const channel of channels) {
    const id = await openChannel(ctx, users.dana, { ...channel, userIDs: everybody });
    opened.push({ id, name: channel.name });
  }
  for (const thread of threads) {
    const { id } = opened.find(({ name }) => name === thread.channel) as Named;
    await discuss(ctx, users, Number(id), await withPicture(ctx, users, thread, picture));
  }
  const groups: Named[] = [];
  for (const { name, with: speaking, messages } of chats) {
    const members = speaking.map((one) => users[one]);
    const directKey = name === '' ? directKeyOf(members) : null;
    const id = (await addChat(ctx, users.dana, { name, directKey, members })) as string;
    for (const said of messages) await say(ctx, users, id, said);
    updateReading(ctx.tx, ctx.organization, users.dana, { chatId: id }, messages.length - 2);
    if (name !== '') groups.push({ id, name });
  }
  for (const { id, name } of opened) {
    if (name === 'partners' || name === 'integrations') await readAll(ctx, users, Number(id));
  }
  return { channels: opened, chats: groups };
}

async function gather(
  ctx: WriteContext,
  { memberId, members }: DemoTerms,
  apiKey: string,
): Promise<Users> {
  const user = async (memberId: number) => {
    const found = await selectMemberUser(ctx.tx, ctx.organization, memberId);
    return existing(found).id;
  };
  const colleague = async (name: string, first: string) => {
    const email = `${first}@heddle.example`;
    const { id } = await createMember(ctx, { name, email, role: 'member' }, members);
    return user(id);
  };
  return {
    dana: await user(memberId),
    priya: await colleague(speakers.priya, 'priya'),
    tom: await colleague(speakers.tom, 'tom'),
    maya: await colleague(speakers.maya, 'maya'),
    lucia: await colleague(speakers.lucia, 'lucia'),
    desk: await addBot(ctx, speakers.desk, apiKey),
    sync: await addBot(ctx, speakers.sync),
  };
}

async function addBot(ctx: WriteContext, name: string, text?: string): Promise<number> {
  const key = { name, kind: 'threads', plan: 'professional' } as const;
  const { id } = await createKey(ctx.tx, ctx.organization, key, ctx.now, text);
  return createBot(ctx, readId('key', id) as number, name);
}

/** The picture is a block of its own at the end of the thread. */
async function withPicture(ctx: WriteContext, users: Users, thread: Thread, picture: Draft) {
  if (!thread.hasPicture) return thread;
  const { id } = await registerFile(at(ctx, thread), users[thread.by], picture);
  return { ...thread, text: `${thread.text}\n\n<!${id}|${picture.name}>` };
}

async function discuss(ctx: WriteContext, users: Users, channelId: number, thread: Thread) {
  const content = readText(written(thread, users));
  const { id } = await postThread(at(ctx, thread), { id: users[thread.by] }, channelId, content);
  await reactTo(ctx, users, { thread_id: String(id) }, thread);
  const posted: number[] = [];
  for (const comment of thread.comments) {
    const parentId = comment.answers === undefined ? null : (posted[comment.answers] ?? null);
    const place = { threadId: id, parentId };
    const answer = readText(written(comment, users));
    const actor = { id: users[comment.by] };
    const { id: commentId } = await postComment(at(ctx, comment), actor, place, answer);
    await reactTo(ctx, users, { comment_id: String(commentId) }, comment);
    posted.push(commentId);
  }
}

async function say(ctx: WriteContext, users: Users, chatId: string, said: Said): Promise<void> {
  const content = readBody(written(said, users));
  const { id } = await postMessage(at(ctx, said), { id: users[said.by] }, chatId, content);
  await reactTo(ctx, users, { message_id: id }, said);
}

async function reactTo(ctx: WriteContext, users: Users, post: Post, { reactions = {} }: Said) {
  for (const [emoji, by] of Object.entries(reactions)) {
    for (const one of by) await reactAs(ctx, users[one], { ...post, emoji, reacted: true });
  }
}

/** Dana has read all of it. */
async function readAll({ tx, organization }: WriteContext, { dana }: Users, channelId: number) {
  const [channel] = await selectChannelStates(tx, organization, [channelId]);
  updateReading(tx, organization, dana, { channelId }, channel?.last_number ?? 0);
}

function at(ctx: WriteContext, { hoursAgo }: Said): WriteContext {
  return { ...ctx, now: new Date(ctx.now.getTime() - hoursAgo * 3_600_000) };
}

function written({ text }: Said, users: Users): string {
  return text.replace(/\{(\w+)\}/g, (_, one: Speaker) => `<@${users[one]}|${speakers[one]}>`);
}
