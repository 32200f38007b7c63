import { useParams } from '@tanstack/react-router';
import { ChatRoom } from './chat-room.tsx';

/** One chat: at its first unread message, or at its end. */
export function ChatPage() {
  const { chatId } = useParams({ from: '/inside/messaging/messages/$chatId' });
  return <ChatRoom key={chatId} chatId={chatId} />;
}
