import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { ApiError } from '../../api.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState, LoadingLines, NotFound } from '../../ui/states.tsx';
import { messaging } from '../api.ts';
import { useChat, useChatName, useHome } from '../live/home.ts';
import { ChatAudience } from './audience.tsx';
import { ChatMenu } from './chat-menu.tsx';
import { ChatTitle, Members } from './chat-title.tsx';
import { Conversation } from './conversation.tsx';

type Props = {
  chatId: string;
  /** The message to begin at; by default the first unread one, or the end. */
  messageId?: string;
};

/** The page of a chat. */
export function ChatRoom({ chatId, messageId }: Props) {
  const home = useHome();
  const chat = useChat(chatId.toLowerCase());
  if (chat) return <Room chat={chat} messageId={messageId?.toLowerCase()} />;
  return (
    <Page title={home.data ? 'Not found' : 'Chat'} heading={home.data ? '' : 'Chat'}>
      {home.data ? (
        <NotFound />
      ) : home.error ? (
        <ErrorState error={home.error} retry={() => void home.refetch()} />
      ) : (
        <LoadingLines label="Loading the chat" />
      )}
    </Page>
  );
}

function Room({ chat, messageId }: { chat: ChatState; messageId: string | undefined }) {
  const name = useChatName(chat);
  return (
    <Page
      title={name}
      heading={<ChatTitle chat={chat} name={name} />}
      description={<Members chat={chat} />}
      actions={chat.is_direct ? undefined : <ChatMenu chat={chat} />}
      layout="fill"
    >
      <ChatAudience chat={chat}>
        {messageId === undefined ? (
          <Conversation chat={chat} name={name} />
        ) : (
          <AtMessage chat={chat} name={name} messageId={messageId} />
        )}
      </ChatAudience>
    </Page>
  );
}

type AtMessageProps = { chat: ChatState; name: string; messageId: string };

function AtMessage({ chat, name, messageId }: AtMessageProps) {
  const place = useQuery({
    queryKey: ['messaging', 'name', messageId],
    queryFn: ({ signal }) => messaging.findName({ params: { id: messageId } }, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: messageId !== '',
  });
  if (place.isPending && messageId !== '') return <LoadingLines label="Looking for the message" />;
  const isMissing = place.error instanceof ApiError && place.error.status === 404;
  if (place.error && !isMissing) {
    return <ErrorState error={place.error} retry={() => void place.refetch()} />;
  }
  const number =
    place.data?.chat_id === chat.chat_id ? (place.data.number ?? undefined) : undefined;
  return (
    <>
      {number === undefined && (
        <Alert color="orange">The message that this link points to is not here.</Alert>
      )}
      <Conversation chat={chat} name={name} {...(number === undefined ? {} : { linked: number })} />
    </>
  );
}
