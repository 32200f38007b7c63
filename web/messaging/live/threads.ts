import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Answer } from '../../../contract/endpoint.ts';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import { messaging } from '../api.ts';
import { type Hearing, update } from './hearing.ts';
import { heardQuery, loadWindow, useExtension } from './window-query.ts';
import { addOlderThreads, later, putReading, putThread, type ThreadWindow } from './windows.ts';

const threadsPerPage = 50;

/** The key of every list of threads; `listKey` is that of one channel. */
export const threadListsKey = ['messaging', 'threads'] as const;
const listKey = (channelId: string) => [...threadListsKey, channelId] as const;
const threadKey = (threadId: string) => ['messaging', 'thread', threadId] as const;

type OpenThread = Answer<typeof messagingWebsite.endpoints.getThread>;

/** Applies a change to the lists of threads and to the threads that are loaded. */
export const hearThreads: Hearing = (client, change) => {
  if (change.kind === 'thread') {
    const { channel_id, thread_id } = change.thread;
    update<ThreadWindow>(client, listKey(channel_id), (list) => changeThreads(list, change));
    update<OpenThread>(client, threadKey(thread_id), (open) => changeThread(open, change));
  } else if (change.kind === 'reading' && change.reading.place === 'thread') {
    const { place_id } = change.reading;
    update<OpenThread>(client, threadKey(place_id), (open) => changeThread(open, change));
    client.setQueriesData<ThreadWindow>(
      { queryKey: threadListsKey },
      (list) => list && changeThreads(list, change),
    );
  }
};

/** The threads of a channel, the latest active first. */
export function useThreadList(channelId: string) {
  const params = { channel_id: channelId };
  const query = useQuery({
    ...heardQuery,
    queryKey: listKey(channelId),
    queryFn: loadWindow(
      () => messaging.listThreads({ params, query: { limit: threadsPerPage } }),
      ofChannel(channelId),
    ),
  });
  const older = useExtension({
    key: listKey(channelId),
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
    queryKey: threadKey(threadId),
    queryFn: loadWindow(
      () => messaging.getThread({ params: { thread_id: threadId } }),
      ofOpen(threadId),
    ),
  });
  return { thread: data?.thread, reading: data?.reading, status, error, refetch };
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

function changeThreads(window: ThreadWindow, change: Change): ThreadWindow {
  if (change.kind === 'thread') return putThread(window, change.thread);
  if (change.kind === 'reading' && change.reading.place === 'thread') {
    return { ...window, readings: putReading(window.readings, change.reading) };
  }
  return window;
}

function changeThread(open: OpenThread, change: Change): OpenThread {
  if (change.kind === 'thread') return { ...open, thread: later(open.thread, change.thread) };
  if (change.kind === 'reading') return { ...open, reading: change.reading };
  return open;
}
