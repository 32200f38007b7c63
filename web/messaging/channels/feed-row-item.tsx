import type { Reading } from '../../../contract/messaging/website/shapes.ts';
import type { usePending } from '../live/pending.ts';
import { PendingFrame } from '../posts/pending-frame.tsx';
import type { Post } from '../posts/post.ts';
import classes from './channels.module.css';
import type { FeedRow } from './feed-rows.ts';
import { ThreadCard } from './thread-card.tsx';

type FeedRowItemProps = {
  row: FeedRow | undefined;
  readings: ReadonlyMap<string, Reading>;
  sending: ReturnType<typeof usePending>;
  onReply: ((post: Post) => void) | undefined;
  onMarkUnread: (post: Post) => void;
  onEditPending: (key: string) => void;
};

export function FeedRowItem(props: FeedRowItemProps) {
  const { row, readings, sending, onReply, onMarkUnread, onEditPending } = props;
  switch (row?.kind) {
    case undefined:
      return null;
    case 'line':
      return (
        <div className={classes.line}>
          <span>New above</span>
        </div>
      );
    case 'pending':
      return (
        <div className={classes.card}>
          <PendingFrame
            pending={row.pending}
            place="thread"
            onRetry={sending.retry}
            onEdit={onEditPending}
            onDiscard={sending.discard}
          />
        </div>
      );
    case 'thread':
      return (
        <ThreadCard
          thread={row.thread}
          isNew={row.isNew}
          unread={readings.get(row.key)?.unread ?? 0}
          onReply={onReply}
          onMarkUnread={onMarkUnread}
        />
      );
  }
}
