import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import { heartbeatSeconds } from '../../../contract/platform/feed.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { type Position, readPosition } from '../../runtime/events/position.ts';
import { selectEnd } from '../../runtime/events/store.ts';
import { type Caller, type MemberCaller, memberOf } from '../access/callers.ts';
import type { ReadContext } from '../context.ts';
import type { Platform } from '../platform.ts';
import { catchUp } from './catching-up.ts';
import { type Hearer, type Listener, Listeners } from './listeners.ts';
import { SessionWatch } from './session-watch.ts';
import type { Source } from './source.ts';
import type { FeedEvent } from './store.ts';
import { Stream, streamHeaders } from './stream.ts';
import { Tail } from './tail.ts';
import { Waiting } from './waiting.ts';

/** If one user opens more streams (in tabs, on devices), the oldest are closed. */
const ofUserMax = 20;
/** How long a poll that does not wait for changes waits for the database. */
const outageSecondsMax = 5;

type Services = Pick<
  Platform,
  'config' | 'database' | 'listener' | 'sessions' | 'log' | 'clock' | 'metrics'
>;

/** Sends the listeners of this process what happens, as far as they may read it. */
export class Feed {
  readonly #services: Services;
  readonly #tail: Tail;
  readonly #open = new Listeners();
  readonly #watch: SessionWatch;
  #isStopped = false;

  constructor(services: Services, sources: readonly Source[]) {
    this.#services = services;
    const observe = this.#measure(services);
    this.#tail = new Tail(services, sources, observe);
    this.#watch = new SessionWatch(services, this.#open);
  }

  /** Answers a request with a stream, which ends with the session, the server or the connection. */
  async stream(source: Source, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const hearer = await this.#findHearer(source, request);
    const position = positionOf(request) ?? (await this.#end());
    if (request.method === 'HEAD') return reply.headers(streamHeaders).send();
    this.#makeRoom();
    const response = reply.hijack().raw;
    if (response.destroyed) return reply;
    const stream = new Stream(response, hearer, position);
    const heartbeat = setInterval(() => void this.#beat(stream), heartbeatSeconds * 1000);
    response.on('error', () => undefined);
    response.on('close', () => {
      clearInterval(heartbeat);
      this.#remove(stream);
    });
    stream.begin(reply.getHeaders());
    this.#add(stream);
    await catchUp({ ...this.#services, tail: this.#tail }, stream);
    return reply;
  }

  /** Answers changes as soon as there are some, or none after some seconds; as JSON. */
  async poll(
    ctx: ReadContext,
    source: Source,
    { after, wait_seconds = 25 }: { after: string; wait_seconds?: number },
  ): Promise<string> {
    const hearer = await hearerOf(source, memberOf(ctx), ctx.latest);
    const waiting = new Waiting(hearer, readAfter('after', after));
    this.#makeRoom();
    this.#add(waiting);
    const services = { ...this.#services, tail: this.#tail };
    const patience = setTimeout(() => waiting.close(), (wait_seconds || outageSecondsMax) * 1000);
    // A poll that does not wait still gets what is there.
    void catchUp(services, waiting).then(() => wait_seconds === 0 && waiting.close());
    try {
      return await waiting.answer;
    } finally {
      clearTimeout(patience);
      this.#remove(waiting);
    }
  }

  /** Ends all streams, so that their clients go to another process. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const listener of this.#open.all()) listener.close();
    await this.#tail.stop();
  }

  #findHearer(source: Source, request: FastifyRequest): Promise<Hearer> {
    const caller = memberOf({ caller: request.getDecorator<Caller>('caller') });
    return hearerOf(source, caller, this.#services.database.of(caller.organization).reading);
  }

  #end(): Promise<Position> {
    return selectEnd(this.#services.database.system.reading);
  }

  /** @throws AppError overloaded (503) */
  #makeRoom(): void {
    if (!this.#isStopped && this.#open.count < this.#services.config.listenersMax) return;
    throw new AppError('overloaded', { headers: { 'retry-after': '2' } });
  }

  #add(listener: Listener): void {
    this.#open.add(listener);
    this.#watch.look(listener);
    const own = this.#open.ofUser(listener);
    for (const oldest of own.slice(0, -ofUserMax)) {
      oldest.close();
      this.#remove(oldest);
    }
  }

  #remove(listener: Listener): void {
    this.#open.remove(listener);
    this.#tail.leave(listener);
  }

  /** The session may have expired, which nobody announces. */
  async #beat(stream: Stream): Promise<void> {
    await this.#watch.check([stream]);
    stream.beat();
  }

  #measure({ clock, metrics }: Services) {
    const registers = [metrics.registry];
    const open = this.#open;
    new Gauge({
      name: 'heddle_feed_listeners',
      help: 'Streams and polls that wait for what happens.',
      registers,
      collect() {
        this.set(open.count);
      },
    });
    const delay = new Histogram({
      name: 'heddle_feed_delay_seconds',
      help: 'From when something happened until it was told; alert when it stays above 1.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
      registers,
    });
    return (events: readonly FeedEvent[]) => {
      const now = clock.now().getTime();
      for (const { created_at } of events) delay.observe((now - created_at.getTime()) / 1000);
    };
  }
}

async function hearerOf(source: Source, caller: MemberCaller, db: Db): Promise<Hearer> {
  const { organization, sessionId } = caller;
  const { id: userId } = await source.findUser({ organization, caller }, db);
  return { source, organization, userId, sessionId };
}

/** The header comes from a client that was cut off, and is newer than its URL. */
function positionOf({ headers, query }: FastifyRequest): Position | undefined {
  const header = headers['last-event-id'];
  if (typeof header === 'string' && header !== '') return readAfter('Last-Event-ID', header);
  const { after } = query as { after?: string };
  return after === undefined ? undefined : readAfter('after', after);
}

/** @throws AppError invalid_request (400) */
function readAfter(name: string, text: string): Position {
  const position = readPosition(text);
  if (!position) throw invalid(name, 'must be a position, <transaction>-<sequence>.');
  return position;
}
