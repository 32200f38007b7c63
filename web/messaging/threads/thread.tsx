import { ApiError } from '../../api.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState, LoadingLines } from '../../ui/states.tsx';
import { ChannelAudience } from '../channels/audience.tsx';
import { useComments } from '../live/comments.ts';
import { useChannel } from '../live/home.ts';
import { useThread } from '../live/threads.ts';
import { NothingHere } from '../nothing.tsx';
import { firstWords } from '../posts/excerpt.ts';
import { PageLink } from '../posts/page-link.tsx';
import { usePeople } from '../posts/people.ts';
import { Conversation } from './conversation.tsx';
import classes from './threads.module.css';

type ThreadPageProps = {
  threadId: string;
  /** The comment that the link points to. */
  commentId?: string;
};

/** A thread with its comments. */
export function ThreadPage({ threadId, commentId }: ThreadPageProps) {
  const { thread, reading, error, refetch } = useThread(threadId);
  const comments = useComments(threadId);
  const users = usePeople();
  const failure = error ?? comments.error;
  if (failure instanceof ApiError && failure.status === 404) return <NothingHere />;
  const title = thread ? firstWords(thread.blocks, 'thread', users) || 'Thread' : 'Thread';
  const isReady = thread && reading && comments.status === 'success';
  return (
    <Page
      title={title}
      heading={<span dir="auto">{title}</span>}
      description={thread && <ChannelLink channelId={thread.channel_id} />}
      {...(thread ? { back: `/${thread.channel_id}` } : {})}
      layout="fill"
    >
      {isReady && (
        <ChannelAudience channelId={thread.channel_id}>
          <Conversation
            thread={thread}
            reading={reading}
            loaded={comments}
            {...(commentId === undefined ? {} : { targetId: commentId })}
          />
        </ChannelAudience>
      )}
      {!isReady && failure && (
        <ErrorState
          error={failure}
          retry={() => {
            void refetch();
            void comments.refetch();
          }}
        />
      )}
      {!isReady && !failure && <LoadingLines label="Loading the thread" />}
    </Page>
  );
}

function ChannelLink({ channelId }: { channelId: string }) {
  const channel = useChannel(channelId);
  return (
    <PageLink href={`/${channelId}`} className={classes.channel} dir="auto">
      #{channel?.name ?? 'channel'}
    </PageLink>
  );
}
