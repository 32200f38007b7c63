import { Button } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useRef } from 'react';
import type { ChannelState } from '../../../contract/messaging/website/shapes.ts';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { usePending } from '../live/pending.ts';
import { useThreadList } from '../live/threads.ts';
import { Composer, type ComposerHandle } from '../posts/composer.tsx';
import classes from './channels.module.css';
import { LoadingCards } from './loading-cards.tsx';
import { ThreadList } from './thread-list.tsx';

/** The threads of a channel, and a field to post one. */
export function ThreadFeed({ channel }: { channel: ChannelState }) {
  const { channel_id: channelId, name } = channel;
  const loaded = useThreadList(channelId);
  const sending = usePending({ channelId }, loaded.threads);
  const composer = useRef<ComposerHandle>(null);
  const isEmpty = loaded.threads.length === 0 && sending.pending.length === 0;
  return (
    <>
      {channel.is_archived ? (
        <p className={classes.archived}>This channel is archived. It can only be read.</p>
      ) : (
        <div className={classes.composer}>
          <Composer
            ref={composer}
            place="thread"
            label={`Post to ${name}`}
            submitLabel="Post"
            draftKey={`channel ${channelId}`}
            isCompact
            onSubmit={(text) => sending.send(text)}
          />
        </div>
      )}
      {loaded.status === 'pending' && <LoadingCards />}
      {loaded.status === 'error' && (
        <ErrorState error={loaded.error} retry={() => void loaded.refetch()} />
      )}
      {loaded.status === 'success' && isEmpty && (
        <EmptyState
          icon={<IconMessages size={26} />}
          title="Nothing was posted here yet"
          action={
            channel.is_archived ? undefined : (
              <Button onClick={() => composer.current?.focus()}>Post the first thread</Button>
            )
          }
        >
          A thread is a topic: what is said to it stays together.
        </EmptyState>
      )}
      {loaded.status === 'success' && !isEmpty && (
        <ThreadList channel={channel} loaded={loaded} sending={sending} composer={composer} />
      )}
    </>
  );
}
