import { useParams } from '@tanstack/react-router';
import { ChatRoom } from './chat-room.tsx';

/** One chat, at a message of it. */
export function MessagePage() {
  const { chatId, messageId } = useParams({ from: '/inside/messaging/$chatId/$messageId' });
  return <ChatRoom key={`${chatId}/${messageId}`} chatId={chatId} messageId={messageId} />;
}
