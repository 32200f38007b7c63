import { ActionIcon, Button, Drawer, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSettings } from '@tabler/icons-react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { useIsJoined, useMe } from '../live/home.ts';
import { ChannelSettings } from './channel-settings.tsx';
import { useMembership } from './membership.ts';

/** What can be done to a channel as a whole. */
export function ChannelActions({ channel }: { channel: ChannelState }) {
  const { channel_id, is_archived } = channel;
  const own = useMe();
  const isJoined = useIsJoined(channel_id);
  const { adding } = useMembership(channel_id);
  const [isOpen, settings] = useDisclosure(false);
  return (
    <>
      {!isJoined && !is_archived && (
        <Button size="compact-md" loading={adding.isPending} onClick={() => adding.mutate(own)}>
          Join
        </Button>
      )}
      <Tooltip label="Members and settings">
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label="Members and settings"
          aria-haspopup="dialog"
          onClick={settings.open}
        >
          <IconSettings size={20} />
        </ActionIcon>
      </Tooltip>
      <Drawer
        opened={isOpen}
        onClose={settings.close}
        position="right"
        title={`Channel ${channel.name}`}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {isOpen && <ChannelSettings channel={channel} onClose={settings.close} />}
      </Drawer>
    </>
  );
}
