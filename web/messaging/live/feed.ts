import { type QueryClient, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { checkSession } from '../../platform/session.ts';
import { type Home, homeQuery } from '../home.ts';
import { hear } from './hear.ts';
import { type FeedStatus, listen } from './listen.ts';
import { resumePending } from './pending.ts';

export type { FeedStatus };

/** What one tab tells the others of its browser. */
type Told =
  | { kind: 'changes'; position: string; changes: Change[] }
  | { kind: 'status'; status: FeedStatus }
  | { kind: 'welcome'; status: FeedStatus; position: string }
  | { kind: 'resync'; position: string }
  | { kind: 'hello' };

const statusKey = ['messaging-feed'] as const;

export function useFeedStatus(): FeedStatus {
  const { data = 'connecting' } = useQuery<FeedStatus>({
    queryKey: statusKey,
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Keeps what is shown up to date, as long as the component that calls it is there. */
export function useFeed(): void {
  const client = useQueryClient();
  const { data } = useQuery(homeQuery);
  const user = data?.user_id;
  useEffect(() => (user === undefined ? undefined : follow(client, user)), [client, user]);
}

/**
 * Of all tabs of a browser one holds the stream, and tells the others; when it is closed, the next
 * goes on from where it was. Where there are no locks (pages without TLS) each tab has its own.
 */
function follow(client: QueryClient, user: string): () => void {
  const ended = new AbortController();
  const channel = new BroadcastChannel(`heddle-feed-${user}`);
  let position = client.getQueryData<Home>(homeQuery.queryKey)?.position ?? '0-0';
  let status: FeedStatus = 'connecting';
  let isLeading = false;

  const take = (told: Told) => {
    if (told.kind === 'status') {
      status = told.status;
      client.setQueryData(statusKey, status);
    } else if (told.kind === 'welcome') {
      take({ kind: 'status', status: told.status });
      // What was told between the loading of the home and now, nobody heard here.
      if (isLater(told.position, position)) take({ kind: 'resync', position: told.position });
    } else if (told.kind === 'changes') {
      position = told.position;
      hear(client, told.changes);
    } else if (told.kind === 'resync') {
      position = told.position;
      resync(client);
    } else if (isLeading) {
      channel.postMessage({ kind: 'welcome', status, position } satisfies Told);
    }
  };
  const tell = (told: Told) => {
    take(told);
    channel.postMessage(told);
  };
  channel.onmessage = ({ data }: MessageEvent<Told>) => take(data);
  channel.postMessage({ kind: 'hello' } satisfies Told);
  resumePending(client, user);

  const lead = () => {
    isLeading = true;
    return listen(() => position, ended.signal, {
      changed: (at, changes) => tell({ kind: 'changes', position: at, changes }),
      became: (now) => tell({ kind: 'status', status: now }),
      lost: (at) => tell({ kind: 'resync', position: at }),
      // A stream does not tell why it was refused.
      refused: () => void checkSession(client),
    });
  };
  if (navigator.locks) {
    const options = { signal: ended.signal };
    // Ended before it was its turn.
    navigator.locks.request(`heddle-feed-${user}`, options, lead).catch(() => undefined);
  } else {
    void lead();
  }
  return () => {
    ended.abort();
    channel.close();
  };
}

/** Positions are a transaction and a sequence, joined by a hyphen. */
function isLater(one: string, other: string): boolean {
  const [transaction = 0, sequence = 0] = one.split('-').map(Number);
  const [before = 0, beforeSequence = 0] = other.split('-').map(Number);
  return transaction > before || (transaction === before && sequence > beforeSequence);
}

/** Everything is loaded afresh: what happened in between cannot be told. */
function resync(client: QueryClient): void {
  client.removeQueries({ queryKey: ['messaging'], type: 'inactive' });
  void client.invalidateQueries({ queryKey: ['messaging'] });
  void client.invalidateQueries({ queryKey: ['inbox'] });
}
