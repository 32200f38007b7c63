import { useDocumentVisibility } from '@mantine/hooks';
import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { messaging } from '../api.ts';
import { useActions } from '../live/actions.ts';
import { useMe, useReading } from '../live/home.ts';
import { inboxKey } from '../live/inbox.ts';

const noticesQuery = infiniteQueryOptions({
  queryKey: inboxKey,
  queryFn: ({ pageParam, signal }) =>
    messaging.listNotices({ query: pageParam === null ? {} : { before: pageParam } }, { signal }),
  initialPageParam: null as number | null,
  getNextPageParam: ({ notices, has_more }) => (has_more ? notices.at(-1)?.number : undefined),
  // The feed reports news only while somebody listens; what happened before is loaded.
  staleTime: 0,
});

/** The notices in the inbox, and up to which number they had been read when it was opened. */
export function useNotices() {
  const query = useInfiniteQuery(noticesQuery);
  const notices = query.data?.pages.flatMap((page) => page.notices) ?? [];
  const read = useReadBefore();
  useMarkingRead(notices[0]?.number);
  return { query, notices, readBefore: read };
}

/** It stays the same while the page is open: what is new stays marked as new. */
function useReadBefore(): number | undefined {
  const now = useReading('inbox', useMe())?.number;
  const [before, setBefore] = useState(now);
  if (before === undefined && now !== undefined) setBefore(now);
  return before;
}

function useMarkingRead(newest: number | undefined): void {
  const me = useMe();
  const { markRead } = useActions();
  const known = useReading('inbox', me)?.number;
  const isLookedAt = useDocumentVisibility() === 'visible';
  const isNew = newest !== undefined && known !== undefined && newest > known;
  useEffect(() => {
    // If it fails, the next notice tries again.
    if (isNew && isLookedAt) markRead('inbox', me, newest).catch(() => undefined);
  }, [isNew, isLookedAt, newest, me, markRead]);
}
