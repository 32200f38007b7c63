import type { QueryClient } from '@tanstack/react-query';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import type { Reading } from '../../../contract/messaging/website/shapes.ts';
import { messaging } from '../api.ts';
import { type Home, homeQuery } from '../home.ts';
import type { Hearing } from './hearing.ts';
import { reloadInbox } from './inbox.ts';
import { catchingUp } from './log.ts';
import { threadListsKey } from './threads.ts';
import { putReading, type ThreadWindow } from './windows.ts';

const restMilliseconds = 1_500;
const hiddenRestMilliseconds = 15_000;
const threadsMax = 100;

type Count = {
  /** Those in which something happened since the last request. */
  threads: Set<string>;
  askedAt: number;
  planned?: ReturnType<typeof setTimeout> | undefined;
};

const counts = new WeakMap<QueryClient, Count>();

/** Has the server count again what is unread, after a post or after reading a thread. */
export const hearUncounted: Hearing = (client, change) => {
  if (change.kind === 'comment') countAnew(client, change.comment.thread_id);
  else if (change.kind === 'thread' || change.kind === 'message') countAnew(client);
  else if (change.kind === 'reading' && change.reading.place === 'thread') countAnew(client);
};

/**
 * Asks the server, which counts what is unread: at once, and then again at most every second or so;
 * also for a thread in which something happened.
 */
function countAnew(client: QueryClient, threadId?: string): void {
  const count = counts.get(client) ?? { threads: new Set(), askedAt: Number.NEGATIVE_INFINITY };
  counts.set(client, count);
  if (threadId !== undefined && count.threads.size < threadsMax) count.threads.add(threadId);
  if (count.planned !== undefined) return;
  const page = globalThis.document;
  const isHidden = page?.visibilityState === 'hidden';
  const rest = isHidden ? hiddenRestMilliseconds : restMilliseconds;
  const ask = () => {
    clearTimeout(count.planned);
    page?.removeEventListener('visibilitychange', ask);
    const asked = [...count.threads];
    counts.set(client, { threads: new Set(), askedAt: Date.now() });
    void askReadings(client, asked);
  };
  count.planned = setTimeout(ask, Math.max(0, count.askedAt + rest - Date.now()));
  // Somebody who comes back to the page does not wait.
  if (isHidden) page.addEventListener('visibilitychange', ask);
}

async function askReadings(client: QueryClient, asked: readonly string[]): Promise<void> {
  const query = asked.length > 0 ? { threads: asked.join(',') } : {};
  const load = () => messaging.listReadings({ query });
  const apply = (data: Awaited<ReturnType<typeof load>>, change: Change) =>
    change.kind === 'reading' ? { readings: putReading(data.readings, change.reading) } : data;
  // If it fails, the next change asks again.
  const answer = await catchingUp(load, apply).catch(() => undefined);
  if (!answer) return;
  const { thread: ofThreads = [], ...ofPlaces } = Object.groupBy(
    answer.readings,
    ({ place }) => place,
  );
  client.setQueriesData<ThreadWindow>(
    { queryKey: threadListsKey },
    (window) => window && withReadings(window, asked, ofThreads),
  );
  noteReadings(client, Object.values(ofPlaces).flat());
}

/** A thread that was asked for and has no reading has nothing new. */
function withReadings(
  window: ThreadWindow,
  asked: readonly string[],
  found: readonly Reading[],
): ThreadWindow {
  const shown = new Set(window.threads.map(({ thread_id }) => thread_id));
  const changed = new Set(asked.filter((id) => shown.has(id)));
  if (changed.size === 0) return window;
  const others = window.readings.filter(({ place_id }) => !changed.has(place_id));
  return { ...window, readings: [...others, ...found.filter((one) => changed.has(one.place_id))] };
}

function noteReadings(client: QueryClient, readings: Reading[]): void {
  const before = client.getQueryData<Home>(homeQuery.queryKey);
  client.setQueryData<Home>(homeQuery.queryKey, (home) => home && { ...home, readings });
  const unreadIn = (all: readonly Reading[] = []) =>
    all.find(({ place }) => place === 'inbox')?.unread;
  if (before && unreadIn(before.readings) !== unreadIn(readings)) {
    reloadInbox(client);
  }
}
