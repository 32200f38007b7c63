import { Text } from '@mantine/core';
import { useRef, useState } from 'react';
import type { ChatState, Reading } from '../../../contract/messaging/website/shapes.ts';
import { notifyFailure } from '../../ui/notify.ts';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { useMe, useReading } from '../live/home.ts';
import { useMessages } from '../live/messages.ts';
import { usePending } from '../live/pending.ts';
import { Composer, type ComposerHandle } from '../posts/composer.tsx';
import classes from './chats.module.css';
import { MessageList } from './message-list.tsx';
import { useVisit } from './visit.ts';

/** This many unread messages are certainly among those that are loaded first. */
const unreadLoadedMax = 40;

type Props = {
  chat: ChatState;
  name: string;
  /** Number of the message that the link points to. */
  linked?: number;
};

/** The messages of a chat, and a field to write one. */
export function Conversation(props: Props) {
  const { chat, name, linked } = props;
  const { window, visit, opening, sending, editing, setEditing, toPresent } = useTalk(props);
  const me = useMe();
  const composer = useRef<ComposerHandle>(null);
  const isFirst = visit.count === 1;
  const editLast = () => {
    const own = window.messages.findLast((one) => one.author_id === me && !one.deleted_at);
    setEditing(own?.message_id);
  };
  const send = (text: string) => {
    sending.send(text);
    if (window.hasNewer) toPresent();
  };
  return (
    <div className={classes.conversation}>
      {visit.count > 0 ? (
        <MessageList
          key={visit.count}
          {...{ chat, name, window, sending, editing }}
          linked={isFirst ? linked : undefined}
          readBefore={isFirst ? opening.readBefore : undefined}
          onEditing={setEditing}
          onRewrite={(text) => composer.current?.write(text)}
          onPresent={toPresent}
        />
      ) : (
        <Opening visit={visit} />
      )}
      <div className={classes.composer}>
        {chat.is_closed ? (
          <Closed name={name} />
        ) : (
          <Composer
            ref={composer}
            place="chat"
            label={`Message ${name}`}
            placeholder={`Message ${shortened(name)}`}
            draftKey={`chat-${chat.chat_id}`}
            sendWith="enter"
            autoFocus={linked === undefined}
            onSubmit={send}
            onArrowUp={editLast}
          />
        )}
      </div>
    </div>
  );
}

function Closed({ name }: { name: string }) {
  return (
    <Text size="sm" c="dimmed" ta="center" py="xs">
      {name} has left the organization, so this chat can only be read.
    </Text>
  );
}

function Opening({ visit }: { visit: ReturnType<typeof useVisit> }) {
  if (visit.error) return <ErrorState error={visit.error} retry={visit.retry} />;
  return <LoadingLines label="Loading messages" />;
}

/** The loaded messages of a chat, those being sent, and the one being edited. */
function useTalk({ chat, linked }: Props) {
  const reading = useReading('chat', chat.chat_id);
  const [opening] = useState(() => openingOf(chat, reading, linked));
  const [around, setAround] = useState(opening.around);
  const window = useMessages(chat.chat_id, around);
  const visit = useVisit(window, opening.around);
  const sending = usePending({ chatId: chat.chat_id }, window.messages);
  const [editing, setEditing] = useState<string>();
  const toPresent = () => {
    setAround(undefined);
    visit.toPresent().catch(notifyFailure);
  };
  return { window, visit, opening, sending, editing, setEditing, toPresent };
}

/** A name that fits into the field on a phone. */
function shortened(name: string): string {
  const letters = [...name];
  return letters.length > 28 ? `${letters.slice(0, 26).join('').trimEnd()}…` : name;
}

type Beginning = {
  /** The number of a message that must be loaded; by default the end is. */
  around?: number;
  /** Messages after this number are new. */
  readBefore?: number;
};

function openingOf(
  { last_number }: ChatState,
  reading: Reading | undefined,
  linked: number | undefined,
): Beginning {
  const isUnread = reading !== undefined && reading.unread > 0;
  const news = isUnread ? { readBefore: reading.number } : {};
  if (linked !== undefined) return { around: linked, ...news };
  // A member who has never read anything here begins with the latest.
  const isFarBack =
    isUnread && reading.number > 0 && last_number - reading.number > unreadLoadedMax;
  return isFarBack ? { around: reading.number + 1, ...news } : news;
}
