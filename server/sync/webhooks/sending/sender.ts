import type { Services } from '../../../platform/product.ts';
import { loggable } from '../../../runtime/log.ts';
import { Guard } from '../../../runtime/outgoing/guard.ts';
import { Pools } from '../../../runtime/outgoing/pools.ts';
import type { Confidences } from '../confidence.ts';
import { Bodies } from './bodies.ts';
import { Course } from './course.ts';
import { Places } from './places.ts';
import { Reports } from './reports.ts';
import { Posting } from './request.ts';
import { type Claim, claimWebhooks, renewClaims } from './store.ts';

const turnMilliseconds = 1_000;
const renewMilliseconds = 5_000;
/** What is under way has so long to end before it is given up, and sent again later. */
const closeMilliseconds = 5_000;
const kept = { keptMilliseconds: 15_000, answerMilliseconds: 15_000 };
/** Endpoints at once, and requests: those that are slow or fail take no place from the others. */
const lanes = [
  { isSlow: false, max: 128 },
  { isSlow: true, max: 64 },
] as const;

type Lane = { isSlow: boolean; places: Places; claims: Set<Claim> };

/** Sends what is due to webhooks, in the workers: each webhook is one worker's at a time. */
export class Sender {
  readonly #services: Services & { confidences: Confidences };
  readonly #pools: Pools;
  readonly #lanes: readonly Lane[];
  readonly #courses = new Set<Promise<void>>();
  readonly #posting = new Posting();
  readonly #bodies = new Bodies();
  readonly #reports: Reports;
  #timers: NodeJS.Timeout[] = [];
  #turning: Promise<void> | undefined;
  #isAgain = false;
  #isClosed = false;

  constructor(services: Services & { confidences: Confidences }) {
    this.#services = services;
    this.#pools = new Pools(new Guard(services.config), kept);
    this.#reports = new Reports(services);
    this.#lanes = lanes.map(({ isSlow, max }) => ({
      ...{ isSlow, places: new Places(max), claims: new Set<Claim>() },
    }));
  }

  start(): void {
    this.#services.listener.on('delivery', () => void this.turn());
    this.#timers = [
      setInterval(() => void this.turn(), turnMilliseconds),
      setInterval(() => void this.#renew(), renewMilliseconds),
    ];
    void this.turn();
  }

  /** What is under way ends, or is given up after a while. */
  async stop(): Promise<void> {
    this.#isClosed = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#turning;
    const giveUp = () => this.#posting.stop(new Error('stopped'));
    const given = setTimeout(giveUp, closeMilliseconds);
    await Promise.all(this.#courses);
    clearTimeout(given);
    giveUp();
    await this.#pools.close();
  }

  /** Looks for what is due, now; never twice at once. */
  async turn(): Promise<void> {
    if (this.#isClosed) return;
    this.#isAgain = this.#turning !== undefined;
    this.#turning ??= this.#turn()
      .catch((error) => this.#services.log.warn(loggable(error), 'webhooks are not looked after'))
      .finally(() => {
        this.#turning = undefined;
        if (this.#isAgain) void this.turn();
      });
    await this.#turning;
  }

  async #turn(): Promise<void> {
    const { database, clock } = this.#services;
    for (const lane of this.#lanes) {
      const { isSlow, places, claims } = lane;
      const limit = places.max - claims.size;
      if (limit <= 0) continue;
      const terms = { now: clock.now(), isSlow, limit };
      const claimed = await database.system.transaction((tx) => claimWebhooks(tx, terms));
      for (const claim of claimed) this.#begin(lane, claim);
    }
  }

  #begin({ places, claims }: Lane, claim: Claim): void {
    claims.add(claim);
    const course = this.#run(places, claim).finally(() => {
      claims.delete(claim);
      this.#courses.delete(course);
      void this.turn();
    });
    this.#courses.add(course);
  }

  /** What goes wrong on our side is tried again when its lease has ended. */
  async #run(places: Places, claim: Claim): Promise<void> {
    const services = {
      ...this.#services,
      ...{
        pools: this.#pools,
        posting: this.#posting,
        bodies: this.#bodies,
        places,
        reports: this.#reports,
      },
      isClosing: () => this.#isClosed,
    };
    try {
      await new Course(services, claim).run();
    } catch (error) {
      this.#services.log.warn({ ...loggable(error), webhook: claim.id }, 'nothing was sent');
    }
  }

  async #renew(): Promise<void> {
    const claims = this.#lanes.flatMap((lane) => [...lane.claims]);
    if (claims.length === 0) return;
    const { database, log } = this.#services;
    await database.system
      .transaction((tx) => renewClaims(tx, claims))
      .catch((error) => log.warn(loggable(error), 'others may send to the same webhooks'));
  }
}
