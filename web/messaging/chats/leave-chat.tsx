import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { Question } from '../../ui/question.tsx';
import { messaging } from '../api.ts';
import { useMe, useRefreshHome } from '../live/home.ts';

type Props = { chat: ChatState; onClose: () => void };

/** Asks whether to leave a group chat, and does it. */
export function LeaveChat({ chat, onClose }: Props) {
  const user_id = useMe();
  const navigate = useNavigate();
  const refreshHome = useRefreshHome();
  const leaving = useMutation({
    mutationFn: () => messaging.removeChatMember({ params: { chat_id: chat.chat_id, user_id } }),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await navigate({ to: '/' });
      await refreshHome();
    },
  });
  return (
    <Question
      title="Leave this chat?"
      action="Leave"
      otherwise="Stay"
      onYes={() => leaving.mutate()}
      onClose={onClose}
      isPending={leaving.isPending}
      error={leaving.error}
    >
      You will no longer see <strong dir="auto">{chat.name}</strong> unless somebody adds you again.
    </Question>
  );
}
