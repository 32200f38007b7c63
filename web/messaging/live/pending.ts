import { type QueryClient, skipToken, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo } from 'react';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { ApiError } from '../../api.ts';
import { checkSession } from '../../platform/session.ts';
import { messaging } from '../api.ts';
import { hear } from './hear.ts';
import { readKept } from './kept-pending.ts';
import { changePending, pendingKey, pendingRoot, setStatus, settle } from './pending-list.ts';
import type { Pending, PendingPlace } from './pending-post.ts';

export type { Pending, PendingPlace };

type Sent = { sent_id: string | null };

const attemptsMax = 6;
const waitMillisecondsMax = 15_000;
const none: readonly Pending[] = [];
const knownMilliseconds = 20 * 3600 * 1000;

/** The posts that are being sent to a place and have not arrived, and how to send more. */
export function usePending(place: PendingPlace, posts: readonly Sent[]) {
  const client = useQueryClient();
  const { data: all = none } = useQuery<Pending[]>({
    queryKey: pendingKey(place),
    queryFn: skipToken,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const pending = useMissing(client, place, all, posts);
  return {
    pending,
    /** Shows the post at once, and tries until the server accepts or refuses it. */
    send(text: string, parentId: string | null = null): void {
      const one: Pending = {
        key: newKey(),
        text,
        parentId,
        createdAt: new Date().toISOString(),
        status: 'sending',
      };
      changePending(client, place, (before) => [...before, one]);
      void deliver(client, place, one);
    },
    retry(key: string): void {
      const one = all.find((each) => each.key === key);
      if (!one) return;
      setStatus(client, place, key, { status: 'sending' });
      void deliver(client, place, one);
    },
    /** Removes a post, for example to edit it, and answers it. */
    discard(key: string): Pending | undefined {
      settle(client, place, key);
      return all.find((one) => one.key === key);
    },
  };
}

/** A post may be there before its answer: loaded with the place, or received through the feed. */
function useMissing(
  client: QueryClient,
  place: PendingPlace,
  all: readonly Pending[],
  posts: readonly Sent[],
): readonly Pending[] {
  const { missing, arrived } = useMemo(() => {
    if (all.length === 0) return { missing: all, arrived: [] };
    const sent = new Set(posts.map(({ sent_id }) => sent_id));
    const missing = all.filter(({ key }) => !sent.has(key));
    return { missing, arrived: all.filter(({ key }) => sent.has(key)) };
  }, [all, posts]);
  const forget = useEffectEvent(() => {
    for (const { key } of arrived) settle(client, place, key);
  });
  useEffect(() => {
    if (arrived.length > 0) forget();
  }, [arrived]);
  return missing;
}

/** Continues what the previous page was sending: one of its attempts may have arrived. */
export function resumePending(client: QueryClient, user: string): void {
  // Even for places that nobody looks at.
  client.setQueryDefaults(pendingRoot, { gcTime: Number.POSITIVE_INFINITY });
  for (const { place, pending } of readKept(user)) {
    const known = new Set(client.getQueryData<Pending[]>(pendingKey(place))?.map(({ key }) => key));
    const resumed = pending.filter(({ key }) => !known.has(key)).map(sendable);
    if (resumed.length === 0) continue;
    changePending(client, place, (all) => [...resumed, ...all]);
    for (const one of resumed) if (one.status === 'sending') void deliver(client, place, one);
  }
}

/** The server remembers a key for a day: after that, the person decides. */
function sendable(one: Pending): Pending {
  const isKnown = Date.now() - Date.parse(one.createdAt) < knownMilliseconds;
  if (one.status === 'failed' || isKnown) return one;
  const error = 'It may have been sent before. Look whether it is there before you try again.';
  return { ...one, status: 'failed', error };
}

/** Every attempt carries the same Idempotency-Key: however many arrive, it is posted once. */
async function deliver(client: QueryClient, place: PendingPlace, one: Pending): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const change = await post(place, one);
      hear(client, [change]);
      settle(client, place, one.key);
      return;
    } catch (error) {
      if (!isPassing(error) || attempt === attemptsMax) {
        const message = error instanceof Error ? error.message : 'It was not sent.';
        setStatus(client, place, one.key, { status: 'failed', error: message });
        if (error instanceof ApiError && error.status === 401) void checkSession(client);
        return;
      }
      await pause(attempt, error);
    }
  }
}

async function post(place: PendingPlace, { key, text, parentId }: Pending): Promise<Change> {
  const sent = { text, sent_id: key };
  const options = { headers: { 'idempotency-key': key } };
  if ('channelId' in place) {
    const body = { channel_id: place.channelId, ...sent };
    return { kind: 'thread', ...(await messaging.startThread({ body }, options)) };
  }
  if ('threadId' in place) {
    const body = { thread_id: place.threadId, parent_id: parentId, ...sent };
    return { kind: 'comment', ...(await messaging.answerThread({ body }, options)) };
  }
  const params = { chat_id: place.chatId };
  return { kind: 'message', ...(await messaging.sendMessage({ params, body: sent }, options)) };
}

/** Whether it is worth trying again: the server was not reached, or was too busy. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  return error.status === 0 || error.status === 429 || error.status >= 502;
}

/** Longer each time, as long as the server says; ends as soon as there is a network again. */
function pause(attempt: number, error: unknown): Promise<void> {
  const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) * 1000 : 0;
  const grown = Math.min(500 * 2 ** attempt, waitMillisecondsMax) * (0.5 + Math.random() / 2);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, Math.max(asked, grown));
    globalThis.addEventListener?.(
      'online',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}

// Pages without TLS have no crypto.randomUUID.
function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const digits = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
