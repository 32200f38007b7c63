import { Group } from '@mantine/core';
import { IconHash, IconLock } from '@tabler/icons-react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { counted } from '../../ui/counted.ts';
import { Page } from '../../ui/page.tsx';
import { LoadingLines } from '../../ui/states.tsx';
import { useChannel, useHome } from '../live/home.ts';
import { NothingHere } from '../nothing.tsx';
import { ChannelActions } from './channel-actions.tsx';
import { ThreadFeed } from './thread-feed.tsx';

/** A channel: its threads, the latest active first. */
export function ChannelPage({ channelId }: { channelId: string }) {
  const home = useHome();
  const channel = useChannel(channelId);
  if (!channel) return home.data ? <NothingHere /> : <LoadingLines label="Loading the channel" />;
  const { name, description, member_count, privacy, is_archived } = channel;
  const members = counted(member_count, 'member');
  const states = [is_archived ? 'Archived' : '', privacy === 'private' ? 'Private' : ''];
  const facts = [...states, members, description];
  return (
    <Page
      title={name}
      heading={<ChannelName channel={channel} />}
      description={<span dir="auto">{facts.filter(Boolean).join(' · ')}</span>}
      actions={<ChannelActions channel={channel} />}
      layout="fill"
    >
      <ThreadFeed key={channelId} channel={channel} />
    </Page>
  );
}

function ChannelName({ channel: { name, privacy } }: { channel: ChannelState }) {
  const Icon = privacy === 'private' ? IconLock : IconHash;
  return (
    <Group component="span" gap={4} wrap="nowrap">
      <Icon size={18} aria-hidden style={{ flex: 'none' }} />
      <span className="truncate" dir="auto">
        {name}
      </span>
    </Group>
  );
}
