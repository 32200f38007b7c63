/** Requests a minute of each method, by its tier. */
export type Limits = {
  readonly tier2: number;
  readonly tier3: number;
  readonly special: number;
  /** Messages at once in one channel; then one a second. */
  readonly posts: number;
};

// https://docs.slack.dev/apis/web-api/rate-limits
export const limitsDefault: Limits = { tier2: 20, tier3: 50, special: 300, posts: 5 };

/** More than anybody asks for. */
export const unlimited: Limits = { tier2: 1e9, tier3: 1e9, special: 1e9, posts: 1e9 };

const tiers: Readonly<Record<string, keyof Limits>> = {
  'conversations.list': 'tier2',
  'users.list': 'tier2',
  'conversations.info': 'tier3',
  'conversations.history': 'tier3',
  'conversations.replies': 'tier3',
  'chat.update': 'tier3',
  'chat.delete': 'tier3',
};

const minuteMilliseconds = 60_000;

/** Counts the requests of each method, and the messages of each channel. */
export class Throttle {
  limits: Limits;
  readonly #asked = new Map<string, number[]>();
  /** What is left of the messages at once, and since when. */
  readonly #left = new Map<string, { posts: number; at: number }>();

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** How many seconds to wait; undefined for a request that may go on. */
  take(method: string, channel: string): number | undefined {
    const now = performance.now();
    if (method === 'chat.postMessage') {
      const seconds = this.#post(channel, now);
      if (seconds !== undefined) return seconds;
    }
    const most = this.limits[tiers[method] ?? 'special'];
    const recent = (this.#asked.get(method) ?? []).filter((at) => at > now - minuteMilliseconds);
    this.#asked.set(method, recent);
    const first = recent[0];
    if (first !== undefined && recent.length >= most) {
      return Math.ceil((first + minuteMilliseconds - now) / 1_000);
    }
    recent.push(now);
    return undefined;
  }

  #post(channel: string, now: number): number | undefined {
    const { posts } = this.limits;
    const { posts: before, at } = this.#left.get(channel) ?? { posts, at: now };
    const left = Math.min(posts, before + (now - at) / 1_000);
    if (left < 1) return 1;
    this.#left.set(channel, { posts: left - 1, at: now });
    return undefined;
  }
}
