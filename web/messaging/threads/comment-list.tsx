import { Button, Center, Loader, Text } from '@mantine/core';
import { Fragment, useEffect, useRef } from 'react';
import { messageOf } from '../../ui/states.tsx';
import type { useComments } from '../live/comments.ts';
import type { usePending } from '../live/pending.ts';
import { PendingFrame } from '../posts/pending-frame.tsx';
import type { Post } from '../posts/post.ts';
import { CommentItem } from './comment-item.tsx';
import type { CommentRow } from './comment-tree.ts';
import classes from './threads.module.css';

type Sending = ReturnType<typeof usePending>;

export type CommentListProps = {
  rows: readonly CommentRow[];
  loaded: ReturnType<typeof useComments>;
  sending: Sending;
  targetId: string | undefined;
  /** Comments with a higher number are new; undefined where that is unknown. */
  newAfter: number | undefined;
  own: string;
  collapsed: ReadonlySet<string>;
  answeringId: string | undefined;
  /** Is called with the element of each comment. */
  watch: (element: HTMLElement | null) => (() => void) | undefined;
  onReply: ((post: Post) => void) | undefined;
  onMarkUnread: (post: Post) => void;
  onCollapse: (commentId: string) => void;
  onAnswer: (text: string, commentId: string) => void;
  onLeave: (commentId: string) => void;
  /** Puts a failed answer back into the field that it came from. */
  onEditPending: (key: string) => void;
};

/** The comments of a thread: all are rendered, and the browser skips those that are not visible. */
export function CommentList(props: CommentListProps) {
  const { rows, sending, targetId, newAfter, own, collapsed, answeringId, watch } = props;
  const isNew = ({ comment }: CommentRow) =>
    newAfter !== undefined && comment.number > newAfter && comment.author_id !== own;
  const firstNew = rows.find(isNew);
  return (
    <ol className={classes.comments} aria-label="Comments">
      {rows.map((row) => {
        const { comment, depth, isFlat, answers } = row;
        const id = comment.comment_id;
        return (
          <Fragment key={id}>
            {row === firstNew && <NewLine />}
            <li
              ref={watch}
              data-number={comment.number}
              data-depth={depth}
              className={classes.comment}
            >
              <CommentItem
                comment={comment}
                isFlat={isFlat}
                answers={answers}
                isTarget={id === targetId}
                isNew={isNew(row)}
                isCollapsed={collapsed.has(id)}
                isAnswering={id === answeringId}
                onReply={props.onReply}
                onMarkUnread={props.onMarkUnread}
                onCollapse={props.onCollapse}
                onAnswer={props.onAnswer}
                onLeave={props.onLeave}
              />
              <PendingAnswers {...props} parentId={id} />
            </li>
          </Fragment>
        );
      })}
      <More loaded={props.loaded} />
      {sending.pending.some(({ parentId }) => parentId === null) && (
        <li className={classes.comment} data-depth={0}>
          <PendingAnswers {...props} parentId={null} />
        </li>
      )}
    </ol>
  );
}

function NewLine() {
  return (
    <li className={classes.newLine}>
      <span>New since your last visit</span>
    </li>
  );
}

type PendingAnswersProps = Pick<CommentListProps, 'sending' | 'onEditPending'> & {
  parentId: string | null;
};

function PendingAnswers({ sending, parentId, onEditPending }: PendingAnswersProps) {
  return sending.pending
    .filter((one) => one.parentId === parentId)
    .map((one) => (
      <div key={one.key} className={parentId === null ? undefined : classes.answer}>
        <PendingFrame
          pending={one}
          place="thread"
          onRetry={sending.retry}
          onEdit={onEditPending}
          onDiscard={sending.discard}
        />
      </div>
    ));
}

/** Loads the next page when its position comes near. */
function More({ loaded }: Pick<CommentListProps, 'loaded'>) {
  const { hasMore, isLoadingMore, loadMore, moreError } = loaded;
  const place = useRef<HTMLLIElement>(null);
  const isWaiting = hasMore && !isLoadingMore && !moreError;
  useEffect(() => {
    if (!isWaiting || !place.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) loadMore();
      },
      { rootMargin: '1000px' },
    );
    observer.observe(place.current);
    return () => observer.disconnect();
  }, [isWaiting, loadMore]);
  if (!hasMore) return null;
  return (
    <li ref={place} className={classes.more}>
      {moreError && !isLoadingMore ? (
        <Center>
          <Text size="sm" role="alert" mr="sm">
            {messageOf(moreError)}
          </Text>
          <Button size="compact-sm" variant="default" onClick={loadMore}>
            Try again
          </Button>
        </Center>
      ) : (
        <Center role="status" aria-label="Loading more comments">
          <Loader size="sm" />
        </Center>
      )}
    </li>
  );
}
