import { Alert } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { ApiError } from '../../api.ts';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { nameQuery } from '../name.ts';
import { Conversation } from './conversation.tsx';

type Props = { chat: ChatState; name: string; messageId: string };

/** The conversation at a message that a link points to, or at its end where that is not here. */
export function LinkedMessage({ chat, name, messageId }: Props) {
  const place = useQuery({ ...nameQuery(messageId), enabled: messageId !== '' });
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
