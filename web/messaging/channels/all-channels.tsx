import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { IconHash, IconLock, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { administers, useSession } from '../../platform/session.ts';
import { counted } from '../../ui/counted.ts';
import type { Home } from '../home.ts';
import { useIsJoined, useMe } from '../live/home.ts';
import classes from './channels.module.css';
import { holds } from './holds.ts';
import { useMembership } from './membership.ts';
import { PrivateChannels } from './private-channels.tsx';

type AllChannelsProps = { home: Home; onClose: () => void };

/** A dialog with every channel that the member may read, to look at or to join; archived ones last. */
export function AllChannels({ home, onClose }: AllChannelsProps) {
  const [words, setWords] = useState('');
  const isAdministrator = administers(useSession());
  const channels = home.channels
    .filter(({ name, description }) => holds(`${name} ${description}`, words))
    .sort(
      (one, other) =>
        Number(one.is_archived) - Number(other.is_archived) || one.name.localeCompare(other.name),
    );
  return (
    <Modal opened onClose={onClose} title="All channels">
      <TextInput
        aria-label="Find a channel"
        placeholder="Find a channel"
        leftSection={<IconSearch size={16} aria-hidden />}
        data-autofocus
        mb="sm"
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      <Stack component="ul" gap={0} p={0} m={0} aria-label="Channels" className={classes.all}>
        {channels.map((channel) => (
          <Channel key={channel.channel_id} channel={channel} onOpen={onClose} />
        ))}
      </Stack>
      {channels.length === 0 && (
        <Text size="sm" c="dimmed">
          {words === '' ? 'There are none yet.' : 'No channel is called that.'}
        </Text>
      )}
      {isAdministrator && <PrivateChannels words={words} onOpen={onClose} />}
    </Modal>
  );
}

function Channel({ channel, onOpen }: { channel: ChannelState; onOpen: () => void }) {
  const { channel_id, name, description, privacy, member_count, is_archived } = channel;
  const own = useMe();
  const isJoined = useIsJoined(channel_id);
  const { adding } = useMembership(channel_id);
  const members = counted(member_count, 'member');
  const about = description === '' ? members : `${members} · ${description}`;
  return (
    <Group component="li" gap="sm" wrap="nowrap" py={6}>
      {privacy === 'private' ? (
        <IconLock size={17} aria-label="Private" />
      ) : (
        <IconHash size={17} aria-hidden />
      )}
      <Link to="/$id" params={{ id: channel_id }} className={classes.place ?? ''} onClick={onOpen}>
        <Text component="div" size="sm" fw={600} className="truncate" title={name} dir="auto">
          {name}
        </Text>
        <Text component="div" size="xs" c="dimmed" className="truncate" title={about}>
          {about}
        </Text>
      </Link>
      {is_archived || isJoined ? (
        <Text size="xs" c="dimmed">
          {is_archived ? 'Archived' : 'Joined'}
        </Text>
      ) : (
        <Button
          size="compact-sm"
          variant="default"
          aria-label={`Join ${name}`}
          loading={adding.isPending}
          onClick={() => adding.mutate(own)}
        >
          Join
        </Button>
      )}
    </Group>
  );
}
