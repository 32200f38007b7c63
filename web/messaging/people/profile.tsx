import { Badge, Button, Card, Group, Stack, Text, Title } from '@mantine/core';
import { IconMessage } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Face } from '../../ui/face.tsx';
import { Page } from '../../ui/page.tsx';
import { messaging } from '../api.ts';
import { useMe, useRefreshHome, useUser } from '../live/home.ts';
import { NothingHere } from '../nothing.tsx';

/** A user of the organization, and the way to a chat with them. */
export function ProfilePage({ userId }: { userId: string }) {
  const user = useUser(userId);
  const isOwn = useMe() === userId;
  if (!user) return <NothingHere />;
  const { name, kind, is_active } = user;
  return (
    <Page title={name} heading={<span dir="auto">{name}</span>}>
      <Card withBorder maw={460} mx="auto" p="lg">
        <Group wrap="nowrap" align="flex-start">
          <Face name={name} isBot={kind === 'bot'} size={64} />
          <Stack gap={6} miw={0} flex={1}>
            <Title order={2} dir="auto">
              {name}
            </Title>
            <Group gap="xs">
              {kind === 'bot' && <Badge variant="default">Bot</Badge>}
              {!is_active && (
                <Text size="sm" c="dimmed">
                  No longer here
                </Text>
              )}
              {isOwn && (
                <Text size="sm" c="dimmed">
                  This is you
                </Text>
              )}
            </Group>
            {is_active && !isOwn && <MessageButton userId={userId} />}
          </Stack>
        </Group>
      </Card>
    </Page>
  );
}

function MessageButton({ userId }: { userId: string }) {
  const navigate = useNavigate();
  const refresh = useRefreshHome();
  const opening = useMutation({
    mutationFn: () => messaging.openChat({ body: { user_ids: [userId] } }),
    onSuccess: async ({ chat }) => {
      await refresh();
      await navigate({ to: '/messages/$chatId', params: { chatId: chat.chat_id } });
    },
  });
  return (
    <Group mt="xs">
      <Button
        leftSection={<IconMessage size={18} aria-hidden />}
        loading={opening.isPending}
        onClick={() => opening.mutate()}
      >
        Message
      </Button>
    </Group>
  );
}
