import { type Change, feedPath } from '../../../contract/messaging/website/feed.ts';
import { feedEvents } from '../../../contract/platform/feed.ts';
import { ApiError } from '../../api.ts';
import { messaging } from '../api.ts';

export type FeedStatus = 'live' | 'connecting' | 'offline';

type Listener = {
  changed(position: string, changes: Change[]): void;
  became(status: FeedStatus): void;
  /** Changes up to the position are unknown: load everything again. */
  lost(position: string): void;
  /** The server was not reached, or refused the session. */
  refused(): void;
};

const helloMilliseconds = 8_000;
/** Three missed heartbeats. */
const silenceMilliseconds = 45_000;
const waitMillisecondsMax = 30_000;
/** After this many silent streams in a row, something on the way is holding them back. */
const mutesMax = 2;
const pollsBeforeStream = 20;

/** Listens to the feed from a position on, until it is aborted: by streams, or by long polling. */
export async function listen(
  position: () => string,
  ended: AbortSignal,
  listener: Listener,
): Promise<void> {
  let failures = 0;
  let mutes = 0;
  while (!ended.aborted) {
    const outcome =
      mutes < mutesMax
        ? await stream(position(), ended, listener)
        : await poll(position, ended, listener);
    if (outcome === 'polled') mutes = 0;
    else if (outcome === 'mute') mutes += 1;
    failures = outcome === 'heard' || outcome === 'polled' ? 0 : failures + 1;
    if (ended.aborted) return;
    if (outcome === 'failed') listener.refused();
    listener.became(navigator.onLine && failures < 3 ? 'connecting' : 'offline');
    await pause(failures, ended);
  }
}

/**
 * Resolves when the stream has ended: `heard` if anything came, `mute` if it was open and silent.
 */
function stream(
  position: string,
  ended: AbortSignal,
  listener: Listener,
): Promise<'heard' | 'mute' | 'failed'> {
  return new Promise((resolve) => {
    const source = new EventSource(`${feedPath}?after=${encodeURIComponent(position)}`);
    let hasSpoken = false;
    let hasOpened = false;
    const finish = () => {
      clearTimeout(watch);
      source.close();
      ended.removeEventListener('abort', finish);
      globalThis.removeEventListener('offline', finish);
      resolve(hasSpoken ? 'heard' : hasOpened ? 'mute' : 'failed');
    };
    let watch = setTimeout(finish, helloMilliseconds);
    const spoken = () => {
      hasSpoken = true;
      clearTimeout(watch);
      watch = setTimeout(finish, silenceMilliseconds);
    };
    source.onopen = () => {
      hasOpened = true;
    };
    // The browser would reconnect by itself; here it is known whether that is worth it.
    source.onerror = finish;
    source.addEventListener(feedEvents.hello, () => {
      spoken();
      listener.became('live');
    });
    source.addEventListener(feedEvents.beat, ({ lastEventId }) => {
      spoken();
      if (lastEventId) listener.changed(lastEventId, []);
    });
    source.addEventListener(feedEvents.changes, ({ data, lastEventId }) => {
      spoken();
      listener.changed(lastEventId, JSON.parse(data) as Change[]);
    });
    source.addEventListener(feedEvents.resync, ({ lastEventId }) => {
      spoken();
      listener.lost(lastEventId);
    });
    ended.addEventListener('abort', finish);
    globalThis.addEventListener('offline', finish);
  });
}

/** Polls; after a while a stream is tried again. */
async function poll(
  position: () => string,
  ended: AbortSignal,
  listener: Listener,
): Promise<'polled' | 'failed'> {
  for (let polls = 0; polls < pollsBeforeStream; polls += 1) {
    try {
      const query = { after: position() };
      const answer = await messaging.pollFeed({ query }, { signal: ended });
      listener.became('live');
      if (answer.resync) listener.lost(answer.position);
      else listener.changed(answer.position, answer.changes);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return 'failed';
      if (polls === 0 || ended.aborted) return 'failed';
      await pause(1, ended);
    }
  }
  return 'polled';
}

/** Longer after each failure; ends as soon as there is a network again. */
function pause(failures: number, ended: AbortSignal): Promise<void> {
  const grown = Math.min(500 * 2 ** failures, waitMillisecondsMax);
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      ended.removeEventListener('abort', finish);
      globalThis.removeEventListener('online', finish);
      resolve();
    };
    const timer = setTimeout(finish, grown * (0.5 + Math.random() / 2));
    ended.addEventListener('abort', finish);
    globalThis.addEventListener('online', finish);
  });
}
