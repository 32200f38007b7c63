import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { messageOf } from '../../ui/states.tsx';
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
    <Modal opened onClose={onClose} title="Leave this chat?">
      <Stack>
        <Text>
          You will no longer see <strong dir="auto">{chat.name}</strong> unless somebody adds you
          again.
        </Text>
        {leaving.error && (
          <Text role="alert" c="var(--mantine-color-error)">
            {messageOf(leaving.error)}
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Stay
          </Button>
          <Button color="red" loading={leaving.isPending} onClick={() => leaving.mutate()}>
            Leave
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
