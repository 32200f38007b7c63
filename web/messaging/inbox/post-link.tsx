import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Found } from '../../../contract/messaging/website/finding.ts';

/** Identifies a post (by one of the first three) and its place. */
export type PostPlace = Pick<
  Found,
  'thread_id' | 'comment_id' | 'message_id' | 'channel_id' | 'chat_id'
>;

type Props = { post: PostPlace; className: string; children: ReactNode };

/** A link to a post in its thread or chat. */
export function PostLink({ post, className, children }: Props) {
  const { thread_id, comment_id, message_id, chat_id } = post;
  if (message_id !== null && chat_id !== null) {
    const params = { chatId: chat_id, messageId: message_id };
    return (
      <Link to="/$chatId/$messageId" params={params} className={className}>
        {children}
      </Link>
    );
  }
  return (
    <Link to="/$id" params={{ id: comment_id ?? thread_id ?? '' }} className={className}>
      {children}
    </Link>
  );
}
