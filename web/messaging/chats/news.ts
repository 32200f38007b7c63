import { useDocumentVisibility } from '@mantine/hooks';
import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { parse, toPlainText } from '../../../contract/messaging/formatting/index.ts';
import type { MessageState } from '../../../contract/messaging/website/shapes.ts';
import { useActions } from '../live/actions.ts';
import { useMe, userName, useUsers } from '../live/home.ts';
import { firstNewAfter, isNews } from './timeline.ts';
import type { MessagesWindow } from './visit.ts';

const announcedMax = 3;
const announcedCharactersMax = 300;

/**
 * The number after which messages are new: unread ones when the chat was opened, or those that came
 * while the page was hidden. It does not change while somebody looks.
 */
export function useNewLine({ messages }: MessagesWindow, readBefore: number | undefined) {
  const me = useMe();
  const [after, setAfter] = useState(readBefore);
  const isLookedAt = useDocumentVisibility() === 'visible';
  const last = messages.at(-1)?.number;
  const lookAway = useEffectEvent(() => setAfter(last));
  const comeBack = useEffectEvent(() => {
    if (firstNewAfter(messages, after, me) === undefined) setAfter(undefined);
  });
  useEffect(() => {
    if (isLookedAt) comeBack();
    else lookAway();
  }, [isLookedAt]);
  // While the first new message is not loaded, the first loaded one is not marked in its place.
  const isLoaded = after !== undefined && (messages[0]?.number ?? 0) <= after + 1;
  return { firstNew: isLoaded ? firstNewAfter(messages, after, me) : undefined, setAfter };
}

/**
 * Marks a chat read once its end is visible. What somebody has marked as unread stays so until a
 * new message comes.
 */
export function useReadMark(chatId: string, { messages }: MessagesWindow, isAtEnd: boolean) {
  const { markRead, markUnread } = useActions();
  const [kept, setKept] = useState(0);
  const isLookedAt = useDocumentVisibility() === 'visible';
  const last = messages.at(-1)?.number ?? 0;
  useEffect(() => {
    // If it fails, the next message tries again.
    if (isAtEnd && isLookedAt && last > kept) markRead('chat', chatId, last).catch(() => undefined);
  }, [isAtEnd, isLookedAt, last, kept, chatId, markRead]);
  return async (number: number) => {
    setKept(last);
    await markUnread('chat', chatId, number);
  };
}

/** How many messages of others came since the end was last visible. */
export function useUnseen({ messages }: MessagesWindow, isAtEnd: boolean): number {
  const me = useMe();
  const last = messages.at(-1)?.number ?? 0;
  const [seen, setSeen] = useState(last);
  if (isAtEnd && seen !== last) setSeen(last);
  return messages.filter((one) => one.number > seen && isNews(one, me)).length;
}

/** What a screen reader announces when others write: who, and what. */
export function useAnnouncement({ messages, hasNewer }: MessagesWindow): string {
  const me = useMe();
  const users = useUsers();
  const [said, setSaid] = useState('');
  const announced = useRef(hasNewer ? undefined : messages.at(-1)?.number);
  const announce = useEffectEvent((fresh: readonly MessageState[]) => {
    const names = (id: string) => users.find((user) => user.user_id === id)?.name;
    const lines = fresh.slice(-announcedMax).map(({ author_id, blocks }) => {
      const text = toPlainText(
        blocks.flatMap((block) => parse(block, 'chat')),
        names,
      );
      return `${userName(users, author_id)}: ${text.slice(0, announcedCharactersMax)}`;
    });
    setSaid(lines.join('\n'));
  });
  useEffect(() => {
    const last = hasNewer ? undefined : (messages.at(-1)?.number ?? 0);
    const before = announced.current;
    announced.current = last;
    if (before === undefined || last === undefined) return;
    const fresh = messages.filter((one) => one.number > before && isNews(one, me));
    if (fresh.length > 0) announce(fresh);
  }, [messages, hasNewer, me]);
  return said;
}
