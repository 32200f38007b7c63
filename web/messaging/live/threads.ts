import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { messaging } from '../api.ts';
import { changeComments, changeThread, changeThreads } from './changes.ts';
import { keys } from './keys.ts';
import { heardQuery, loadWindow, useExtension } from './window-query.ts';
import { addMoreComments, addOlderThreads } from './windows.ts';

const threadsPerPage = 50;
const commentsPerPage = 100;

/** The threads of a channel, the latest active first. */
export function useThreadList(channelId: string) {
  const params = { channel_id: channelId };
  const query = useQuery({
    ...heardQuery,
    queryKey: keys.threads(channelId),
    queryFn: loadWindow(
      () => messaging.listThreads({ params, query: { limit: threadsPerPage } }),
      ofChannel(channelId),
    ),
  });
  const older = useExtension({
    key: keys.threads(channelId),
    load: ({ threads }) => {
      const before = threads.at(-1)?.number;
      const page = before === undefined ? {} : { before };
      return messaging.listThreads({ params, query: { limit: threadsPerPage, ...page } });
    },
    merge: addOlderThreads,
    apply: ofChannel(channelId),
  });
  const { data, status, error, refetch } = query;
  const readings = useMemo(
    () => new Map((data?.readings ?? []).map((one) => [one.place_id, one])),
    [data?.readings],
  );
  return {
    threads: data?.threads ?? [],
    readings,
    hasOlder: data?.has_more ?? false,
    loadOlder: older.extend,
    isLoadingMore: older.isExtending,
    moreError: older.error,
    status,
    error,
    refetch,
  };
}

export function useThread(threadId: string) {
  const { data, status, error, refetch } = useQuery({
    ...heardQuery,
    queryKey: keys.thread(threadId),
    queryFn: loadWindow(
      () => messaging.getThread({ params: { thread_id: threadId } }),
      ofOpen(threadId),
    ),
  });
  return { thread: data?.thread, reading: data?.reading, status, error, refetch };
}

/** The comments of a thread by number, from the first on. */
export function useComments(threadId: string) {
  const params = { thread_id: threadId };
  const query = useQuery({
    ...heardQuery,
    queryKey: keys.comments(threadId),
    queryFn: loadWindow(
      () => messaging.listComments({ params, query: { limit: commentsPerPage } }),
      ofThread(threadId),
    ),
  });
  const more = useExtension({
    key: keys.comments(threadId),
    load: ({ comments }) => {
      const after = comments.at(-1)?.number ?? 0;
      return messaging.listComments({ params, query: { limit: commentsPerPage, after } });
    },
    merge: addMoreComments,
    apply: ofThread(threadId),
  });
  const { data, status, error, refetch } = query;
  return {
    comments: data?.comments ?? [],
    hasMore: data?.has_more ?? false,
    loadMore: more.extend,
    isLoadingMore: more.isExtending,
    moreError: more.error,
    status,
    error,
    refetch,
  };
}

function ofChannel(channelId: string): typeof changeThreads {
  return (window, change) =>
    change.kind === 'thread' && change.thread.channel_id !== channelId
      ? window
      : changeThreads(window, change);
}

function ofOpen(threadId: string): typeof changeThread {
  return (open, change) => {
    if (change.kind === 'thread' && change.thread.thread_id !== threadId) return open;
    if (change.kind === 'reading' && change.reading.place_id !== threadId) return open;
    return changeThread(open, change);
  };
}

function ofThread(threadId: string): typeof changeComments {
  return (window, change) =>
    change.kind === 'comment' && change.comment.thread_id === threadId
      ? changeComments(window, change)
      : window;
}
