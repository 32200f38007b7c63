import { joinText } from '../../../contract/messaging/text.ts';
import type { ReadContext } from '../../platform/context.ts';
import type { Answer } from '../../platform/objects.ts';
import { readNumber } from '../names/names.ts';
import { commentTable } from '../posts/comments/store.ts';
import { selectPostPage, selectReadablePosts } from '../posts/store.ts';
import { threadTable } from '../posts/threads/store.ts';
import { selectUsers } from '../users/store.ts';
import { findActor } from '../users/users.ts';

const commentsMax = 200;

/** Of members who are there: their reactions to a thread, and their comments in it. */
export async function answersTo(ctx: ReadContext, threadId: string): Promise<Answer[]> {
  const { latest, organization } = ctx;
  const { id } = await findActor(ctx, latest);
  const ids = [readNumber(threadId)];
  const [thread] = await selectReadablePosts(latest, organization, threadTable, id, { ids });
  if (!thread) return [];
  const page = { limit: commentsMax };
  const comments = await selectPostPage(latest, organization, commentTable, thread.id, page);
  const said = [
    ...thread.reactions.flatMap(({ emoji, user_ids }) =>
      user_ids.map((user) => ({ userId: Number(user), said: emoji })),
    ),
    ...comments
      .filter(({ deleted_at }) => deleted_at === null)
      .map(({ author_id, blocks }) => ({ userId: author_id, said: joinText(blocks) })),
  ];
  const authors = [...new Set(said.map(({ userId }) => userId))];
  const users = await selectUsers(latest, organization, authors);
  const members = new Map(
    users.flatMap(({ id, name, member_id: memberId, is_active }) =>
      memberId !== null && is_active ? [[id, { memberId, name }] as const] : [],
    ),
  );
  return said.flatMap(({ userId, said }) => {
    const member = members.get(userId);
    return member ? [{ userId: String(userId), ...member, said }] : [];
  });
}
