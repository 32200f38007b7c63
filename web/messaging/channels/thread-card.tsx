import { IconMessageCircle } from '@tabler/icons-react';
import { memo } from 'react';
import type { ThreadState } from '../../../contract/messaging/website/shapes.ts';
import { counted } from '../../ui/counted.ts';
import { Time } from '../../ui/time.tsx';
import { Unread } from '../../ui/unread.tsx';
import { firstWords } from '../posts/excerpt.ts';
import { PostFrame } from '../posts/frame.tsx';
import { PageLink } from '../posts/page-link.tsx';
import { usePeople } from '../posts/people.ts';
import { type Post, pathOf, threadPost } from '../posts/post.ts';
import classes from './channels.module.css';

type ThreadCardProps = {
  thread: ThreadState;
  isNew: boolean;
  unread: number;
  onReply: ((post: Post) => void) | undefined;
  onMarkUnread: (post: Post) => void;
};

/**
 * A thread in its channel: its beginning, and how many comments it has. The whole card is a link.
 */
export const ThreadCard = memo(function ThreadCard(props: ThreadCardProps) {
  const { thread, isNew, unread, onReply, onMarkUnread } = props;
  return (
    <div className={classes.card}>
      <PostFrame
        post={threadPost(thread)}
        isExcerpt
        isNew={isNew}
        onReply={onReply}
        onMarkUnread={onMarkUnread}
      >
        <Foot thread={thread} unread={unread} />
      </PostFrame>
    </div>
  );
});

function Foot({ thread, unread }: { thread: ThreadState; unread: number }) {
  const { comment_count, active_at, blocks } = thread;
  const words = firstWords(blocks, 'thread', usePeople());
  const count = described(comment_count);
  return (
    <div className={classes.foot}>
      <PageLink
        href={pathOf(threadPost(thread))}
        className={classes.open}
        data-open
        aria-label={`${count}, open the thread: ${words}`}
      >
        <IconMessageCircle size={16} aria-hidden />
        {count}
      </PageLink>
      {comment_count > 0 && (
        <span>
          active <Time at={active_at} />
        </span>
      )}
      <Unread count={unread} />
    </div>
  );
}

function described(comments: number): string {
  return comments === 0 ? 'Comment' : counted(comments, 'comment');
}
