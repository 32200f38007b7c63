import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState, LoadingLines, NotFound } from '../../ui/states.tsx';
import { useChat, useChatName, useHome } from '../live/home.ts';
import { ChatAudience } from './audience.tsx';
import { ChatMenu } from './chat-menu.tsx';
import { ChatTitle, Members } from './chat-title.tsx';
import { Conversation } from './conversation.tsx';
import { LinkedMessage } from './linked-message.tsx';

type Props = {
  chatId: string;
  /** The message to begin at; by default the first unread one, or the end. */
  messageId?: string;
};

/** The page of a chat. */
export function ChatRoom({ chatId, messageId }: Props) {
  const chat = useChat(chatId.toLowerCase());
  if (!chat) return <NoChat />;
  return <Room chat={chat} messageId={messageId?.toLowerCase()} />;
}

/** While the home is being loaded, and where the member is in no such chat. */
function NoChat() {
  const home = useHome();
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
          <LinkedMessage chat={chat} name={name} messageId={messageId} />
        )}
      </ChatAudience>
    </Page>
  );
}
