/** Identifies a post of any kind. */
export type PostName = { threadId: number } | { commentId: number } | { messageId: string };

type Columns = [thread: number | null, comment: number | null, message: string | null];

/** The columns `thread_id`, `comment_id` and `message_id`, one of which identifies the post. */
export function postColumns(post: PostName): Columns {
  return [
    'threadId' in post ? post.threadId : null,
    'commentId' in post ? post.commentId : null,
    'messageId' in post ? post.messageId : null,
  ];
}
