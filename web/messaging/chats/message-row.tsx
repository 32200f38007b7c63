import { memo, useCallback } from 'react';
import type { usePending } from '../live/pending.ts';
import { PostFrame } from '../posts/frame.tsx';
import { PendingFrame } from '../posts/pending-frame.tsx';
import { idOf, messagePost, type Post } from '../posts/post.ts';
import classes from './chats.module.css';
import type { Row } from './timeline.ts';

const day = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  year: 'numeric',
});

type Props = {
  row: Row;
  /** Number of the message that a link points to. */
  marked: number | undefined;
  /** Id of the message that is being edited. */
  editing: string | undefined;
  sending: ReturnType<typeof usePending>;
  onEditing: (messageId: string | undefined) => void;
  onMarkUnread: (post: Post) => void;
  onRewrite: (text: string) => void;
};

/** One row of a chat, below the date or the line that begins with it. */
export function MessageRow(props: Props) {
  const { row, marked, editing, sending, onEditing, onMarkUnread, onRewrite } = props;
  const onPostEditing = useCallback(
    (post: Post | undefined) => onEditing(post && idOf(post)),
    [onEditing],
  );
  return (
    <>
      {row.day !== undefined && <DayMark at={row.day} />}
      {row.isFirstNew && <div className={classes.newLine}>New</div>}
      {row.message && (
        <PostFrame
          post={messagePost(row.message)}
          isContinued={row.isContinued}
          isTarget={row.message.number === marked}
          isEditing={row.key === editing}
          onEditing={onPostEditing}
          onMarkUnread={onMarkUnread}
        />
      )}
      {row.pending && (
        <PendingFrame
          pending={row.pending}
          place="chat"
          isContinued={row.isContinued}
          onRetry={sending.retry}
          onEdit={(key) => onRewrite(sending.discard(key)?.text ?? '')}
          onDiscard={sending.discard}
        />
      )}
    </>
  );
}

const DayMark = memo(function DayMark({ at }: { at: string }) {
  return (
    <div className={classes.day}>
      <time dateTime={at}>{day.format(new Date(at))}</time>
    </div>
  );
});
