import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { Change } from '../../../contract/messaging/website/feed.ts';
import { noteReached } from '../../connection.ts';
import { checkSession } from '../../platform/session.ts';
import { checkBuild } from '../../ui/outdated.ts';
import { type Home, homeQuery } from '../home.ts';
import { hear } from './hear.ts';
import { type FeedStatus, listen } from './listen.ts';
import { resumePending } from './pending.ts';

/** A message from one tab of the browser to the others. */
type TabMessage =
  | { kind: 'changes'; position: string; changes: Change[] }
  | { kind: 'status'; status: FeedStatus }
  | { kind: 'welcome'; status: FeedStatus; position: string }
  | { kind: 'resync'; position: string }
  | { kind: 'hello' };

/** Keeps what is shown up to date, while the component that calls it is mounted. */
export function useFeed(): void {
  const client = useQueryClient();
  const { data } = useQuery(homeQuery);
  const user = data?.user_id;
  useEffect(() => {
    if (user === undefined) return undefined;
    const following = new Following(client, user);
    resumePending(client, user);
    return () => following.end();
  }, [client, user]);
}

/**
 * One of all tabs of a browser holds the stream and passes everything on to the others; when it is
 * closed, the next one continues from there. Without the Web Locks API (pages without TLS) each tab
 * has a stream of its own.
 */
class Following {
  readonly #client: QueryClient;
  readonly #channel: BroadcastChannel;
  readonly #ended = new AbortController();
  #position: string;
  #status: FeedStatus = 'connecting';
  #isLeading = false;
  #wasLive = false;

  constructor(client: QueryClient, user: string) {
    const name = `heddle-feed-${user}`;
    this.#client = client;
    this.#position = client.getQueryData<Home>(homeQuery.queryKey)?.position ?? '0-0';
    this.#channel = new BroadcastChannel(name);
    this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => this.#take(data);
    this.#channel.postMessage({ kind: 'hello' } satisfies TabMessage);
    void this.#leadInTurn(name);
  }

  /** Returns without having led if it is ended before its turn. */
  async #leadInTurn(name: string): Promise<void> {
    const lead = () => this.#lead();
    if (!navigator.locks) return lead();
    const { signal } = this.#ended;
    await navigator.locks.request(name, { signal }, lead).catch(() => undefined);
  }

  end(): void {
    this.#ended.abort();
    this.#channel.close();
  }

  #lead(): Promise<void> {
    this.#isLeading = true;
    return listen(() => this.#position, this.#ended.signal, {
      changed: (position, changes) => this.#share({ kind: 'changes', position, changes }),
      became: (status) => this.#share({ kind: 'status', status }),
      lost: (position) => this.#share({ kind: 'resync', position }),
      // An EventSource does not tell why it was refused.
      refused: () => void checkSession(this.#client),
    });
  }

  /** After an interruption the server may be another one, with another build of the website. */
  #beLive(): void {
    noteReached(true);
    if (this.#status !== 'live' && this.#wasLive) void checkBuild();
    this.#wasLive = true;
  }

  #share(message: TabMessage): void {
    this.#take(message);
    this.#channel.postMessage(message);
  }

  #take(message: TabMessage): void {
    if (message.kind === 'status') {
      if (message.status === 'live') this.#beLive();
      this.#status = message.status;
    } else if (message.kind === 'welcome') {
      const { status, position } = message;
      this.#take({ kind: 'status', status });
      // Changes between the loading of the home and now were missed here.
      if (isLater(position, this.#position)) this.#take({ kind: 'resync', position });
    } else if (message.kind === 'changes') {
      this.#position = message.position;
      hear(this.#client, message.changes);
    } else if (message.kind === 'resync') {
      this.#position = message.position;
      resync(this.#client);
    } else if (this.#isLeading) {
      const welcome = { kind: 'welcome', status: this.#status, position: this.#position } as const;
      this.#channel.postMessage(welcome satisfies TabMessage);
    }
  }
}

/** Positions are a transaction and a sequence, joined by a hyphen. */
function isLater(one: string, other: string): boolean {
  const [transaction = 0, sequence = 0] = one.split('-').map(Number);
  const [before = 0, beforeSequence = 0] = other.split('-').map(Number);
  return transaction > before || (transaction === before && sequence > beforeSequence);
}

/** Loads everything again: the changes in between are unknown. */
function resync(client: QueryClient): void {
  client.removeQueries({ queryKey: ['messaging'], type: 'inactive' });
  void client.invalidateQueries({ queryKey: ['messaging'] });
}
