import { Button, Center, Loader, Text } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { type RefObject, useMemo, useState } from 'react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { messageOf } from '../../ui/states.tsx';
import { useReading } from '../live/home.ts';
import type { usePending } from '../live/pending.ts';
import type { useThreadList } from '../live/threads.ts';
import type { ComposerHandle } from '../posts/composer.tsx';
import { useOwnId } from '../posts/people.ts';
import { type Post, pathOf } from '../posts/post.ts';
import { useStable } from '../posts/stable.ts';
import classes from './channels.module.css';
import { FeedRowItem } from './feed-row-item.tsx';
import { feedRows } from './feed-rows.ts';
import { useFeedScroll } from './feed-scroll.ts';
import { useFeedShortcuts } from './feed-shortcuts.ts';
import { useMarkLooked } from './looked.ts';

export type ThreadListProps = {
  channel: ChannelState;
  loaded: ReturnType<typeof useThreadList>;
  sending: ReturnType<typeof usePending>;
  composer: RefObject<ComposerHandle | null>;
};

/** The threads of a channel; only those near the visible ones are rendered. */
export function ThreadList(props: ThreadListProps) {
  const { channel, loaded, sending, composer } = props;
  const { channel_id: channelId } = channel;
  const router = useRouter();
  const rows = useRows(props);
  const { hasOlder, isLoadingMore, moreError } = loaded;
  const canLoad = hasOlder && !isLoadingMore && !moreError;
  const { scroller, virtualizer, items, isAtTop } = useFeedScroll({
    channelId,
    rows,
    loadOlder: canLoad ? loaded.loadOlder : undefined,
  });
  const markUnread = useMarkLooked({ channel, threads: loaded.threads, isAtTop });
  useFeedShortcuts(scroller, composer);
  const reply = useStable((post: Post) => router.history.push(`${pathOf(post)}#reply`));
  const editPending = useStable((key: string) => {
    const taken = sending.discard(key);
    if (taken) composer.current?.write(taken.text);
  });
  return (
    <div ref={scroller} className={classes.scroller}>
      <ul
        className={classes.rows}
        style={{ height: virtualizer.getTotalSize() }}
        aria-label="Threads"
      >
        {items.map(({ index, key, start }) => (
          <li
            key={key}
            ref={virtualizer.measureElement}
            data-index={index}
            className={classes.row}
            style={{ transform: `translateY(${start}px)` }}
          >
            <FeedRowItem
              row={rows[index]}
              readings={loaded.readings}
              sending={sending}
              onReply={channel.is_archived ? undefined : reply}
              onMarkUnread={markUnread}
              onEditPending={editPending}
            />
          </li>
        ))}
      </ul>
      <Older loaded={loaded} />
    </div>
  );
}

function useRows({ channel, loaded, sending }: ThreadListProps) {
  const own = useOwnId();
  const reading = useReading('channel', channel.channel_id);
  const { threads, readings } = loaded;
  const { pending } = sending;
  // What is new when the channel is opened stays new until it is left.
  const [newAfter] = useState(reading && reading.number > 0 ? reading.number : undefined);
  return useMemo(
    () => feedRows({ threads, pending, newAfter, readings, own }),
    [threads, pending, newAfter, readings, own],
  );
}

function Older({ loaded }: Pick<ThreadListProps, 'loaded'>) {
  const { isLoadingMore, moreError, loadOlder } = loaded;
  if (isLoadingMore) {
    return (
      <Center p="md" role="status" aria-label="Loading older threads">
        <Loader size="sm" />
      </Center>
    );
  }
  if (!moreError) return null;
  return (
    <Center p="md">
      <Text size="sm" role="alert" mr="sm">
        {messageOf(moreError)}
      </Text>
      <Button size="compact-sm" variant="default" onClick={loadOlder}>
        Try again
      </Button>
    </Center>
  );
}
