/** Which post, of whatever kind. */
export type PostName = { threadId: number } | { commentId: number } | { messageId: string };

type Columns = [thread: number | null, comment: number | null, message: string | null];

/** As the columns `thread_id`, `comment_id` and `message_id`, of which one says which post it is. */
export function postColumns(post: PostName): Columns {
  return [
    'threadId' in post ? post.threadId : null,
    'commentId' in post ? post.commentId : null,
    'messageId' in post ? post.messageId : null,
  ];
}
