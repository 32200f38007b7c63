import { Button, Loader, Text } from '@mantine/core';
import { IconArrowDown, IconMessages } from '@tabler/icons-react';
import type { ChatState } from '../../../contract/messaging/website/shapes.ts';
import { counted } from '../../ui/counted.ts';
import { EmptyState, messageOf } from '../../ui/states.tsx';
import classes from './chats.module.css';
import type { MessagesWindow } from './visit.ts';

/** Stands above the first message of a chat. */
export function Beginning({ chat, name }: { chat: ChatState; name: string }) {
  return (
    <Text className={classes.beginning ?? ''} c="dimmed" size="sm">
      This is where {chat.is_direct && 'your chat with '}
      <bdi>{name}</bdi> begins.
    </Text>
  );
}

/** A chat in which nothing has been said. */
export function EmptyChat({ chat, name }: { chat: ChatState; name: string }) {
  return (
    <EmptyState icon={<IconMessages size={26} />} title="Nothing has been said yet">
      {chat.is_direct ? (
        <>
          What you write is seen by you and <bdi>{name}</bdi> only.
        </>
      ) : (
        'What you write is seen by the people in this chat only.'
      )}
    </EmptyState>
  );
}

/** Says that more messages are being loaded, or could not be. */
export function EdgeState({ window }: { window: MessagesWindow }) {
  const { moreError, isLoading, hasOlder, loadOlder, loadNewer } = window;
  if (moreError && !isLoading) {
    return (
      <div className={classes.edge} role="alert">
        <Text size="sm">{messageOf(moreError)}</Text>
        <Button size="compact-sm" onClick={hasOlder ? loadOlder : loadNewer}>
          Try again
        </Button>
      </div>
    );
  }
  if (!isLoading) return null;
  return (
    <div className={classes.edge}>
      <Loader size="xs" aria-label="Loading more messages" />
    </div>
  );
}

type WayDownProps = {
  /** Whether the latest messages are loaded. */
  isPresent: boolean;
  isAtEnd: boolean;
  unseen: number;
  onPress: () => void;
};

/** A button to the latest messages, while they are not visible. */
export function WayDown({ isPresent, isAtEnd, unseen, onPress }: WayDownProps) {
  if (isPresent && isAtEnd) return null;
  const news = counted(unseen, 'new message');
  return (
    <Button
      className={classes.down ?? ''}
      size="xs"
      radius="xl"
      variant={unseen > 0 && isPresent ? 'filled' : 'default'}
      rightSection={<IconArrowDown size={15} aria-hidden />}
      onClick={onPress}
    >
      {unseen > 0 && isPresent ? news : 'Jump to present'}
    </Button>
  );
}
