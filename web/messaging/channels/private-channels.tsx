import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconLock } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useId } from 'react';
import type { PrivateChannel } from '../../../contract/messaging/website/channels.ts';
import { counted } from '../../ui/counted.ts';
import { Question } from '../../ui/question.tsx';
import { messaging } from '../api.ts';
import { homeQuery } from '../home.ts';
import classes from './channels.module.css';
import { holds } from './holds.ts';

const privateChannelsQuery = queryOptions({
  queryKey: ['messaging', 'private-channels'],
  queryFn: ({ signal }) => messaging.listPrivateChannels({}, { signal }),
  staleTime: 0,
});

type PrivateChannelsProps = { words: string; onOpen: () => void };

/** What owners and admins see of the private channels that they are not in: their names. */
export function PrivateChannels({ words, onOpen }: PrivateChannelsProps) {
  const headingId = useId();
  const { data } = useQuery(privateChannelsQuery);
  const channels = data?.channels.filter(({ name }) => holds(name, words)) ?? [];
  if (channels.length === 0) return null;
  return (
    <section aria-labelledby={headingId}>
      <Title order={3} size="sm" id={headingId} mt="md">
        Private channels you are not in
      </Title>
      <Stack component="ul" gap={0} p={0} m={0} className={classes.all}>
        {channels.map((channel) => (
          <Entry key={channel.channel_id} channel={channel} onOpen={onOpen} />
        ))}
      </Stack>
    </section>
  );
}

function Entry({ channel, onOpen }: { channel: PrivateChannel; onOpen: () => void }) {
  const { name, member_count, is_archived } = channel;
  const [isAsking, asking] = useDisclosure(false);
  const taking = useTaking(channel, onOpen);
  const members = counted(member_count, 'member');
  return (
    <Group component="li" gap="sm" wrap="nowrap" py={6}>
      <IconLock size={17} aria-hidden />
      <div className={classes.place}>
        <Text component="div" size="sm" fw={600} className="truncate" title={name} dir="auto">
          {name}
        </Text>
        <Text component="div" size="xs" c="dimmed">
          {is_archived ? `Archived · ${members}` : members}
        </Text>
      </div>
      <Button
        size="compact-sm"
        variant="default"
        aria-label={`Take over ${name}`}
        onClick={asking.open}
      >
        Take over
      </Button>
      {isAsking && (
        <Question
          title={`Take ${name} over?`}
          action="Take over"
          onYes={() => taking.mutate()}
          onClose={asking.close}
          isPending={taking.isPending}
          error={taking.error}
        >
          You will become a member and see everything that was posted in it. A thread in the channel
          tells everybody in it, and it is recorded in the audit log.
        </Question>
      )}
    </Group>
  );
}

function useTaking({ channel_id }: PrivateChannel, onTaken: () => void) {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () => messaging.takeChannelOver({ params: { channel_id } }),
    meta: { isQuiet: true },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: homeQuery.queryKey });
      onTaken();
      await navigate({ to: '/$id', params: { id: channel_id } });
    },
  });
}
