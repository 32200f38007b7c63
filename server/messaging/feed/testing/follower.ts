import type { Change } from '../../../../contract/messaging/website/feed.ts';
import { until } from '../../../runtime/testing/until.ts';
import type { Website } from '../../testing/website.ts';
import { type FrameHeard, type Hearing, open } from './hearing.ts';
import { Model } from './model.ts';

export type Way = { url: string; fetch: typeof fetch; client: Website };

/**
 * A page with a bad connection: it breaks after some events, whether or not they were all looked at,
 * and the page comes back, perhaps to another process, with the id of the last one that it did.
 */
export class Follower {
  readonly model = new Model();
  /** How often it connected, and how often it had to load everything. */
  connections = 0;
  resyncs = 0;
  /** From now on its connection holds. */
  isSteady = false;
  #isStopped = false;
  #position = '';
  readonly #ways: () => readonly Way[];

  constructor(ways: () => readonly Way[]) {
    this.#ways = ways;
  }

  async begin(): Promise<void> {
    this.#position = await this.model.refresh(this.#way().client);
  }

  stop(): void {
    this.#isStopped = true;
  }

  async follow(): Promise<void> {
    while (!this.#isStopped) {
      const way = this.#way();
      const hearing = await open(way.url, way, { lastEventId: this.#position }).catch(
        () => undefined,
      );
      if (!hearing) await new Promise((resolve) => setTimeout(resolve, 100));
      else {
        await this.#hear(hearing, way)
          .catch(unlessBroken)
          .finally(() => hearing.close());
      }
    }
  }

  async #hear(hearing: Hearing, way: Way): Promise<void> {
    this.connections += 1;
    const most = 1 + Math.floor(Math.random() * 80);
    const isEnough = () => !this.isSteady && hearing.frames.length >= most;
    for (let done = 0; !this.#isStopped; ) {
      await until('something is heard', () => {
        return this.#isStopped || isEnough() || hearing.ended || hearing.frames.length > done;
      });
      const frame = hearing.frames[done];
      if (!frame || (isEnough() && Math.random() < 0.2)) {
        if (hearing.ended || isEnough()) return;
        continue;
      }
      await this.#take(frame, way);
      done += 1;
    }
  }

  async #take({ id, event, data }: FrameHeard, { client }: Way): Promise<void> {
    if (event === 'resync') {
      this.resyncs += 1;
      await this.model.reload(client);
    } else if (event === 'changes') {
      const changes = JSON.parse(data) as Change[];
      for (const change of changes) this.model.take(change);
      if (changes.some(({ kind }) => kind === 'places')) await this.model.refresh(client);
    }
    this.#position = id;
  }

  #way(): Way {
    const ways = this.#ways();
    return ways[Math.floor(Math.random() * ways.length)] as Way;
  }
}

/** A server that was killed while it was asked: the page comes back, and asks another. */
function unlessBroken(error: unknown): void {
  if (!(error instanceof TypeError && error.message === 'fetch failed')) throw error;
}
