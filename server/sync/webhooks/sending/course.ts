import { depthHeader } from '../../../platform/depths/depths.ts';
import type { Services } from '../../../platform/product.ts';
import type { Pools } from '../../../runtime/outgoing/pools.ts';
import { type Sign, signing } from '../../conventions/signing.ts';
import type { Confidence, Confidences } from '../confidence.ts';
import { fixedHeaders } from '../deliveries/body.ts';
import type { Attempt } from '../deliveries/store.ts';
import { openWebhook } from '../secrets.ts';
import type { Bodies, Body } from './bodies.ts';
import { after, type Circuit, isTriedSingly, reasonToDisable } from './circuit.ts';
import { disableWebhook } from './disabling.ts';
import type { Places } from './places.ts';
import type { Reports } from './reports.ts';
import type { Answer, Posting } from './request.ts';
import { nextAttempt } from './schedule.ts';
import {
  answersIn,
  type Claim,
  type DueDelivery,
  type Outcome,
  selectDue,
  updateOutcomes,
} from './store.ts';

export type CourseServices = Pick<
  Services,
  'database' | 'clock' | 'keyring' | 'enqueue' | 'depths'
> & {
  readonly confidences: Confidences;
  readonly pools: Pools;
  readonly posting: Posting;
  readonly bodies: Bodies;
  readonly reports: Reports;
  readonly places: Places;
  /** Nothing more is begun. */
  isClosing(): boolean;
};

const batchMax = 200;
const batchBytesMax = 4 * 1024 * 1024;
/** Then what was answered is stored, before more is sent. */
const answersMax = 1024 * 1024;
/** Then others may have their turn. */
const courseMilliseconds = 5_000;

/** `body` is undefined where what it told is gone. */
type Due = DueDelivery & { body: Body | undefined };

/** Sends to one webhook what is due, in its order, as long as it is this process's turn. */
export class Course {
  readonly #services: CourseServices;
  readonly #claim: Claim;
  readonly #url: URL;
  readonly #path: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #sign: Sign;
  /** By the secret before, too. */
  readonly #signByBoth: Sign;
  readonly #began = performance.now();
  #confidenceOf!: (salt: Buffer) => Confidence;
  #circuit: Circuit;
  #reason: string | undefined;
  #isPaused = false;

  constructor(services: CourseServices, claim: Claim) {
    this.#services = services;
    this.#claim = claim;
    this.#circuit = claim;
    this.#url = new URL(claim.url);
    this.#path = this.#url.pathname + this.#url.search;
    const { headers, ...secrets } = openWebhook(services.keyring, claim);
    this.#headers = { ...headers, ...fixedHeaders };
    this.#sign = signing({ secret: secrets.secret });
    this.#signByBoth = signing(secrets);
  }

  async run(): Promise<void> {
    this.#confidenceOf = await this.#services.confidences(this.#claim.organization_id);
    let stored: Promise<boolean> = Promise.resolve(true);
    let batch = await this.#select();
    for (;;) {
      const next = this.#isOneOfMany(batch) ? this.#select(batch.at(-1)?.number) : undefined;
      next?.catch(() => undefined);
      const outcomes = await this.#send(batch);
      const isLast = batch.length === 0 || this.#isOver();
      if (!(await stored)) return;
      stored = this.#store(outcomes, isLast);
      stored.catch(() => undefined);
      const isWhole = outcomes.length === batch.length && this.#circuit.strikes === 0;
      // What comes next is sent while that is written, as long as all goes well.
      if (next && !isLast && isWhole) batch = await next;
      else if (!(await stored) || isLast) return;
      else batch = await this.#select();
    }
  }

  /** Whether there may be more than what was never tried, and nothing has failed. */
  #isOneOfMany(batch: readonly Due[]): boolean {
    const isFull = batch.length === batchMax && this.#circuit.strikes === 0;
    return isFull && batch.every(({ due_at }) => due_at === null);
  }

  async #select(after?: number): Promise<Due[]> {
    const { database, clock, bodies } = this.#services;
    const limit = isTriedSingly(this.#circuit) ? 1 : batchMax;
    const page = { now: clock.now(), limit, bytes: batchBytesMax, after };
    const db = database.system.reading;
    const due = await selectDue(db, this.#claim, page);
    const told = await bodies.of(db, this.#claim.organization_id, due, this.#confidenceOf);
    return due.map((delivery) => Object.assign(delivery, { body: told.get(delivery.event_id) }));
  }

  #isOver(): boolean {
    const isLong = performance.now() - this.#began > courseMilliseconds;
    return isLong || this.#isPaused || this.#reason !== undefined || this.#services.isClosing();
  }

  async #send(batch: readonly Due[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = [];
    const left = batch.values();
    let answers = 0;
    const one = async () => {
      for (const delivery of left) {
        if (this.#isOver() || answers > answersMax) return;
        const outcome = await this.#deliver(delivery);
        outcomes.push(outcome);
        answers += answersIn([outcome]);
      }
    };
    const atOnce = Math.min(this.#claim.max_in_flight, batch.length);
    const all = await Promise.allSettled(Array.from({ length: atOnce }, one));
    // What was given up at the end has no outcome, and is sent again; those that have one keep it.
    const failed = all.find((each) => each.status === 'rejected');
    if (failed && !this.#services.posting.isStopped) throw failed.reason;
    return outcomes;
  }

  async #deliver(delivery: Due): Promise<Outcome> {
    const { clock, places } = this.#services;
    const { body } = delivery;
    const settled = { id: delivery.id, due_at: null, began_at: delivery.began_at };
    if (!body) {
      const gone = { status: null, duration_ms: 0, error: 'What it told is not kept any more.' };
      const attempt = { at: clock.now().toISOString(), ...gone };
      return { ...settled, status: 'failed', failures: delivery.failures, attempt };
    }
    const at = clock.now();
    const answer = await places.with(() => this.#post(delivery.event_id, body, at));
    return this.#note(delivery, at, answer);
  }

  #signAt(now: Date): Sign {
    const { previous_until } = this.#claim;
    const isOverlap = previous_until !== null && previous_until > now;
    return isOverlap ? this.#signByBoth : this.#sign;
  }

  async #post(eventId: string, { bytes: body, depth }: Body, now: Date): Promise<Answer> {
    const { pools, posting, depths } = this.#services;
    const { id, max_in_flight } = this.#claim;
    const headers = { ...this.#headers, ...this.#signAt(now)(eventId, now, body) };
    // It may lead back here.
    if (depth > 0) headers[depthHeader] = await depths.write(eventId, depth);
    const request = { path: this.#path, headers, body };
    const pool = () => pools.of(id, this.#url, max_in_flight);
    return posting.post(pool, request, now);
  }

  #note(delivery: Due, at: Date, answer: Answer): Outcome {
    const now = this.#services.clock.now();
    this.#circuit = after(this.#circuit, answer, now);
    this.#reason ??= reasonToDisable(this.#circuit, answer, now);
    const { paused_until } = this.#circuit;
    this.#isPaused = paused_until !== null && paused_until > now;
    const { status, durationMs: duration_ms, error, response, asked } = answer;
    const attempt: Attempt = { at: at.toISOString(), status, duration_ms, error };
    if (response !== '') attempt.response = this.#hide(delivery, response);
    const began_at = delivery.began_at ?? at;
    const noted = { id: delivery.id, began_at, attempt };
    if (answer.isTaken) return { ...noted, status: 'succeeded', due_at: null, failures: 0 };
    const failures = delivery.failures + 1;
    const next =
      status === 410 ? undefined : nextAttempt({ failures, began: began_at, now, asked });
    if (!next) return { ...noted, status: 'failed', due_at: null, failures };
    return { ...noted, status: 'pending', due_at: next, failures };
  }

  /** What was answered goes with what was told. */
  #hide({ salt }: Due, response: string): string {
    const confidence = this.#confidenceOf(salt as Buffer);
    return confidence.encrypt(response).toString('base64');
  }

  async #store(outcomes: readonly Outcome[], isLast: boolean): Promise<boolean> {
    const [claim, reason] = [this.#claim, this.#reason];
    const report = { claim, circuit: this.#circuit, outcomes, isLast };
    const { database, reports } = this.#services;
    if (!isLast || reason === undefined) return reports.store(claim.organization_id, report);
    return database.system.transaction(async (tx) => {
      const held = await updateOutcomes(tx, claim.organization_id, [report]);
      if (held.has(claim.id)) await disableWebhook(tx, this.#services, claim, reason);
      return held.has(claim.id);
    });
  }
}
