import type { Tx } from '../../runtime/database/database.ts';
import type { PostRow } from '../threads/store.ts';

const tables = {
  thread: 'messaging.thread',
  comment: 'messaging.comment',
  message: 'messaging.message',
} as const;

export type PostKind = keyof typeof tables;

/** Answers the new revision. */
export async function updateReactions(
  tx: Tx,
  organization: number,
  kind: PostKind,
  id: number | string,
  reactions: PostRow['reactions'],
): Promise<number> {
  const [row] = await tx.rows<{ revision: number }>(
    `update ${tables[kind]} set reactions = $3, revision = revision + 1
     where organization_id = $1 and id = $2 returning revision`,
    [organization, id, JSON.stringify(reactions)],
  );
  return (row as { revision: number }).revision;
}
