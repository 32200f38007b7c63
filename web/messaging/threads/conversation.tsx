import { useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { Reading, ThreadState } from '../../../contract/messaging/website/shapes.ts';
import { notify } from '../../ui/notify.ts';
import { useShortcuts } from '../../ui/shortcuts.ts';
import type { useComments } from '../live/comments.ts';
import { useChannel } from '../live/home.ts';
import { usePending } from '../live/pending.ts';
import { Composer, type ComposerHandle } from '../posts/composer.tsx';
import { PostFrame } from '../posts/frame.tsx';
import { useOwnId } from '../posts/people.ts';
import { threadPost } from '../posts/post.ts';
import { focusedPost, stepPosts } from '../posts/post-keys.ts';
import { useStable } from '../posts/stable.ts';
import { useAnswering, useMarkUnread } from './answering.ts';
import { useArrival } from './arrival.ts';
import { useBranches } from './branches.ts';
import { CommentList } from './comment-list.tsx';
import { commentRows } from './comment-tree.ts';
import { useMarkSeen } from './seen.ts';
import classes from './threads.module.css';

type ConversationProps = {
  thread: ThreadState;
  reading: Reading;
  loaded: ReturnType<typeof useComments>;
  targetId?: string;
};

/** A thread, its comments, and a field to answer. */
export function Conversation(props: ConversationProps) {
  const { thread, loaded, targetId } = props;
  const { scroller, composer, answering, send, ...list } = useConversation(props);
  const isArchived = useChannel(thread.channel_id)?.is_archived ?? false;
  const onReply = isArchived ? undefined : answering.answer;
  useLeaveDeleted(thread);
  usePostShortcuts(scroller);
  return (
    <>
      <div ref={scroller} className={classes.scroller}>
        <div className={classes.column}>
          <PostFrame post={threadPost(thread)} isWhole onReply={onReply} />
          <CommentList
            {...list}
            loaded={loaded}
            targetId={targetId}
            answeringId={answering.id}
            onReply={onReply}
            onLeave={answering.leave}
          />
        </div>
      </div>
      {thread.deleted_at === null && !isArchived && (
        <div className={classes.foot}>
          <Composer
            ref={composer}
            place="thread"
            label="Answer the thread"
            submitLabel="Answer"
            draftKey={`thread ${thread.thread_id}`}
            isCompact
            onSubmit={(text) => send(text, null)}
          />
        </div>
      )}
    </>
  );
}

function useConversation({ thread, reading, loaded, targetId }: ConversationProps) {
  const { thread_id: threadId } = thread;
  const { comments } = loaded;
  const own = useOwnId();
  const sending = usePending({ threadId }, comments);
  const scroller = useRef<HTMLDivElement>(null);
  const composer = useRef<ComposerHandle>(null);
  const { collapsed, toggle, open } = useBranches();
  const answering = useAnswering(scroller, composer);
  const { toEnd } = useArrival(loaded, targetId, open, scroller);
  // When a thread is opened for the first time, everything is new: nothing is marked.
  const [newAfter] = useState(reading.number > 0 ? reading.number : undefined);
  const { isHeld, markUnread } = useMarkUnread(threadId);
  const watch = useMarkSeen({ threadId, comments, read: reading.number, isHeld });
  const rows = useMemo(
    () => commentRows(comments, collapsed, targetId),
    [comments, collapsed, targetId],
  );
  const send = (text: string, parentId: string | null) => {
    sending.send(text, parentId);
    if (parentId === null) toEnd();
  };
  const onAnswer = useStable((text: string, id: string) => {
    send(text, id);
    answering.leave(id);
  });
  const onEditPending = (key: string) => {
    const taken = sending.discard(key);
    if (taken) composer.current?.write(taken.text);
  };
  return {
    scroller,
    composer,
    answering,
    send,
    rows,
    sending,
    own,
    newAfter,
    collapsed,
    watch,
    onMarkUnread: markUnread,
    onCollapse: toggle,
    onAnswer,
    onEditPending,
  };
}

/** Leaves a deleted thread that has no comments; members who did not delete it are told why. */
function useLeaveDeleted({ deleted_at, comment_count, channel_id, author_id }: ThreadState): void {
  const router = useRouter();
  const isOwn = useOwnId() === author_id;
  const isGone = deleted_at !== null && comment_count === 0;
  useEffect(() => {
    if (!isGone) return;
    router.history.replace(`/${channel_id}`);
    if (!isOwn) notify('The thread was deleted by its author.');
  }, [isGone, isOwn, channel_id, router]);
}

function usePostShortcuts(scroller: { current: HTMLElement | null }): void {
  const group = 'Thread';
  const reply = () => {
    const id = focusedPost();
    const button = scroller.current?.querySelector<HTMLElement>(
      `[data-post="${id}"] button[aria-label="Reply"]`,
    );
    button?.click();
  };
  useShortcuts([
    { keys: 'j', group, does: 'Next post', run: () => stepPosts(scroller.current, 1) },
    { keys: 'k', group, does: 'Previous post', run: () => stepPosts(scroller.current, -1) },
    { keys: 'r', group, does: 'Answer the post', run: reply },
  ]);
}
