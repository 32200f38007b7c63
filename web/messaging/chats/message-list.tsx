import { VisuallyHidden } from '@mantine/core';
import {
  useCallback,
  useEffect,
  useEffectEvent,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { notifyFailure } from '../../ui/notify.ts';
import { useMe } from '../live/home.ts';
import type { Pending, usePending } from '../live/pending.ts';
import type { Post } from '../posts/post.ts';
import classes from './chats.module.css';
import { Beginning, EdgeState, EmptyChat, WayDown } from './edges.tsx';
import { MessageRow } from './message-row.tsx';
import { useAnnouncement, useNewLine, useReadMark, useUnseen } from './news.ts';
import { type Start, useMessageScroll } from './scroll.ts';
import { type Row, timeline } from './timeline.ts';
import type { MessagesWindow } from './visit.ts';

const markedMilliseconds = 4_000;

type Props = {
  chat: ChatState;
  name: string;
  window: MessagesWindow;
  sending: ReturnType<typeof usePending>;
  /** Number of the message to begin at, which is marked. */
  linked: number | undefined;
  /** Messages after this number are new. */
  readBefore: number | undefined;
  /** Id of the message that is being edited. */
  editing: string | undefined;
  onEditing: (messageId: string | undefined) => void;
  /** A message that failed is to be edited and sent again. */
  onRewrite: (text: string) => void;
  /** To the latest messages, when they are not loaded. */
  onPresent: () => void;
};

/** The messages of a chat, beginning where it was entered. */
export function MessageList(props: Props) {
  const { chat, name, window, onPresent } = props;
  const { rows, scroll, ...shown } = useMessageList(props);
  const { scroller, isAtEnd, toEnd } = scroll;
  const unseen = useUnseen(window, isAtEnd);
  return (
    <div className={classes.frame}>
      <div
        ref={scroller}
        className={classes.scroller}
        role="log"
        aria-label={`Messages in ${name}`}
        aria-live="off"
        aria-busy={window.isLoading}
        {...reachable}
      >
        {rows.length === 0 && <EmptyChat chat={chat} name={name} />}
        <div className={classes.rows} style={{ height: scroll.virtualizer.getTotalSize() }}>
          {scroll.virtualizer.getVirtualItems().map(({ index, key, start: top }) => (
            <div
              key={key}
              ref={scroll.virtualizer.measureElement}
              data-index={index}
              className={classes.row}
              style={{ transform: `translateY(${top}px)` }}
            >
              {index === 0 && !window.hasOlder && <Beginning chat={chat} name={name} />}
              <MessageRow {...props} {...shown} row={rows[index] as Row} />
            </div>
          ))}
        </div>
      </div>
      <EdgeState window={window} />
      <WayDown
        isPresent={!window.hasNewer}
        isAtEnd={isAtEnd}
        unseen={unseen}
        onPress={window.hasNewer ? onPresent : toEnd}
      />
      <Announcement window={window} />
    </div>
  );
}

/** An element that scrolls must be reachable by keyboard. */
const reachable = { tabIndex: 0 };

function useMessageList({ chat, window, sending, linked, readBefore, editing }: Props) {
  const { firstNew, setAfter } = useNewLine(window, readBefore);
  const rows = useRows(window, sending.pending, firstNew);
  const [start] = useState(() => startAt(rows, linked));
  const pinned = rows.findIndex(({ key }) => key === editing);
  const scroll = useMessageScroll({ rows, start, window, pinned });
  const keepUnread = useReadMark(chat.chat_id, window, scroll.isAtEnd);
  const marked = useMarked(linked);
  useOwnFollowed(sending.pending.at(-1)?.key, scroll.toEnd);
  useEditedShown(pinned >= 0, () => {
    scroll.virtualizer.scrollToIndex(pinned, { align: 'auto' });
  });
  const onMarkUnread = useStable((post: Post) => {
    if (post.kind !== 'message') return;
    setAfter(post.message.number - 1);
    keepUnread(post.message.number).catch(notifyFailure);
  });
  return { rows, scroll, marked, onMarkUnread };
}

function Announcement({ window }: { window: MessagesWindow }) {
  return <VisuallyHidden role="status">{useAnnouncement(window)}</VisuallyHidden>;
}

function useRows(
  { messages, hasOlder }: MessagesWindow,
  pending: readonly Pending[],
  firstNew: number | undefined,
): Row[] {
  const me = useMe();
  const [seams] = useState(() => new Set<number>());
  const first = messages[0]?.number;
  return useMemo(() => {
    if (hasOlder && first !== undefined) seams.add(first);
    return timeline({ messages, pending, me, hasOlder, firstNew, seams });
  }, [messages, pending, me, hasOlder, firstNew, seams, first]);
}

function startAt(rows: readonly Row[], linked: number | undefined): Start {
  const found = rows.find(({ message }) => message && message.number === linked);
  if (found) return { key: found.key, align: 'center' };
  const news = rows.find((row) => row.isFirstNew);
  return news ? { key: news.key, align: 'start' } : 'end';
}

/**
 * The message that a link points to is marked for some seconds, however often its row is removed
 * and added.
 */
function useMarked(linked: number | undefined): number | undefined {
  const [marked, setMarked] = useState(linked);
  useEffect(() => {
    const timer = setTimeout(() => setMarked(undefined), markedMilliseconds);
    return () => clearTimeout(timer);
  }, []);
  return marked;
}

/** Scrolls to the end when the member sends something, wherever they were. */
function useOwnFollowed(lastPending: string | undefined, toEnd: () => void): void {
  const [first] = useState(lastPending);
  useEffect(() => {
    if (lastPending !== undefined && lastPending !== first) toEnd();
  }, [lastPending, first, toEnd]);
}

/** Scrolls a message into view when it begins to be edited. */
function useEditedShown(isEditing: boolean, show: () => void): void {
  const showNow = useEffectEvent(show);
  useEffect(() => {
    if (isEditing) showNow();
  }, [isEditing]);
}

/** The same function for as long as the component lives, so that rows are not rendered again. */
function useStable<G extends unknown[]>(act: (...given: G) => void): (...given: G) => void {
  const latest = useRef(act);
  useLayoutEffect(() => {
    latest.current = act;
  });
  return useCallback((...given: G) => latest.current(...given), []);
}
