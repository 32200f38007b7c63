import { CloseButton, Group, Select, Stack, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import type { ChannelState, UserState } from '../../../contract/messaging/website/shapes.ts';
import { Face } from '../../ui/face.tsx';
import { Question } from '../../ui/question.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { useMe, useUsers } from '../live/home.ts';
import { membersQuery, useMembership } from './membership.ts';
import { useChannelRights } from './rights.ts';

/** Who is in a channel; people are added and removed here. */
export function ChannelMembers({ channel }: { channel: ChannelState }) {
  const { channel_id, is_archived } = channel;
  const headingId = useId();
  const users = useUsers();
  const { data, error, refetch } = useQuery(membersQuery(channel_id));
  const { adding } = useMembership(channel_id);
  const { runs, mayContribute } = useChannelRights(channel);
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (!data) return <LoadingLines label="Loading members" />;
  const ids = new Set(data.user_ids);
  const members = users.filter(({ user_id }) => ids.has(user_id));
  const others = users.filter(({ user_id, is_active }) => is_active && !ids.has(user_id));
  return (
    <section aria-labelledby={headingId}>
      <Title order={2} id={headingId} mb="xs">
        Members
      </Title>
      {mayContribute && !is_archived && (
        <Select
          aria-label="Add somebody"
          placeholder="Add somebody"
          searchable
          selectFirstOptionOnChange
          clearable
          limit={50}
          value={null}
          data={others.map(optionOf)}
          nothingFoundMessage="Nobody else has that name"
          disabled={adding.isPending || others.length === 0}
          onChange={(userId) => userId && adding.mutate(userId)}
        />
      )}
      <Stack component="ul" gap={2} p={0} mt="sm" style={{ listStyle: 'none' }}>
        {members.map((user) => (
          <Member key={user.user_id} user={user} channel={channel} isRemovable={runs} />
        ))}
      </Stack>
      {members.length === 0 && (
        <Text size="sm" c="dimmed">
          Nobody is in it.
        </Text>
      )}
    </section>
  );
}

function optionOf({ user_id, name, kind }: UserState) {
  return { value: user_id, label: kind === 'bot' ? `${name} (bot)` : name };
}

type MemberProps = { user: UserState; channel: ChannelState; isRemovable: boolean };

function Member({ user, channel, isRemovable }: MemberProps) {
  const { user_id, name, kind } = user;
  const isOwn = useMe() === user_id;
  const [isAsking, asking] = useDisclosure(false);
  return (
    <Group component="li" gap="sm" wrap="nowrap" mih={40}>
      <Face name={name} isBot={kind === 'bot'} size={28} />
      <Text size="sm" className="truncate" flex={1} dir="auto" title={name}>
        {name}
        {isOwn && ' (you)'}
      </Text>
      {isRemovable && !isOwn && <CloseButton aria-label={`Remove ${name}`} onClick={asking.open} />}
      {isAsking && <RemoveMember user={user} channel={channel} onClose={asking.close} />}
    </Group>
  );
}

type RemoveMemberProps = { user: UserState; channel: ChannelState; onClose: () => void };

function RemoveMember({ user, channel, onClose }: RemoveMemberProps) {
  const { removing } = useMembership(channel.channel_id);
  return (
    <Question
      title={`Remove ${user.name} from ${channel.name}?`}
      action="Remove"
      onYes={() => removing.mutate(user.user_id, { onSuccess: onClose })}
      onClose={onClose}
      isPending={removing.isPending}
    >
      {channel.privacy === 'private'
        ? 'They will no longer see what is posted here unless somebody adds them again.'
        : 'They will no longer be notified of new posts. They can join again.'}
    </Question>
  );
}
