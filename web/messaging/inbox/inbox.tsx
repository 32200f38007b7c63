import { Button, Center } from '@mantine/core';
import { IconInbox } from '@tabler/icons-react';
import { Page } from '../../ui/page.tsx';
import { EmptyState, ErrorState, LoadingLines } from '../../ui/states.tsx';
import { useHome } from '../live/home.ts';
import classes from './inbox.module.css';
import { NoticeLink } from './notice-link.tsx';
import { useNotices } from './notices.ts';

/** Mentions of the member and replies to them, the latest first. */
export function InboxPage() {
  const home = useHome();
  return (
    <Page title="Inbox" description="Where you are mentioned or answered">
      {home.data ? (
        <Notices />
      ) : home.error ? (
        <ErrorState error={home.error} retry={() => void home.refetch()} />
      ) : (
        <LoadingLines label="Loading the inbox" />
      )}
    </Page>
  );
}

function Notices() {
  const { query, notices, readBefore } = useNotices();
  if (query.isPending) return <LoadingLines label="Loading the inbox" />;
  if (query.error && notices.length === 0) {
    return <ErrorState error={query.error} retry={() => void query.refetch()} />;
  }
  if (notices.length === 0) {
    return (
      <EmptyState icon={<IconInbox size={26} />} title="Nothing here yet">
        When somebody mentions you with @ or answers you, it appears here.
      </EmptyState>
    );
  }
  return (
    <>
      <ul className={classes.list} aria-label="Mentions and replies">
        {notices.map((notice) => (
          <li key={notice.number}>
            <NoticeLink notice={notice} isNew={notice.number > (readBefore ?? notice.number)} />
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <Center mt="md">
          <Button
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show older ones
          </Button>
        </Center>
      )}
    </>
  );
}
