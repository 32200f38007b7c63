import type { Services } from '../../../platform/product.ts';
import { answersIn, type Report, updateOutcomes } from './store.ts';

const outcomesAtOnce = 2_000;
/** Of what was answered; it is parsed as a whole. */
const answersAtOnce = 4 * 1024 * 1024;

type Waiting = {
  readonly report: Report;
  resolve(isHeld: boolean): void;
  reject(error: unknown): void;
};

/**
 * Stores what came of deliveries: while that of some endpoints of an organization is written, that of the
 * others gathers, and is written at once.
 */
export class Reports {
  readonly #services: Pick<Services, 'database'>;
  readonly #waiting = new Map<number, Waiting[]>();

  constructor(services: Pick<Services, 'database'>) {
    this.#services = services;
  }

  /** Answers whether this process still had the webhook: otherwise nothing is stored. */
  async store(organization: number, report: Report): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const waiting = this.#waiting.get(organization);
    const one = { report, resolve, reject };
    if (waiting) waiting.push(one);
    else void this.#writeAll(organization, one);
    return promise;
  }

  async #writeAll(organization: number, first: Waiting): Promise<void> {
    const waiting = [first];
    this.#waiting.set(organization, waiting);
    while (waiting.length > 0) await this.#write(organization, take(waiting));
    this.#waiting.delete(organization);
  }

  /** What of several cannot be stored together keeps no other from it. */
  async #write(organization: number, group: readonly Waiting[]): Promise<void> {
    const reports = group.map(({ report }) => report);
    try {
      const held = await this.#services.database.system.transaction((tx) =>
        updateOutcomes(tx, organization, reports),
      );
      for (const { report, resolve } of group) resolve(held.has(report.claim.id));
    } catch (error) {
      if (group.length === 1) group[0]?.reject(error);
      else for (const one of group) await this.#write(organization, [one]);
    }
  }
}

/** As many as are written at once, but one in any case; of two claims of an endpoint only one holds. */
function take(waiting: Waiting[]): Waiting[] {
  let [outcomes, answers] = [0, 0];
  const webhooks = new Set<string>();
  for (const { report } of waiting) {
    outcomes += report.outcomes.length;
    answers += answersIn(report.outcomes);
    const isTooMuch = outcomes > outcomesAtOnce || answers > answersAtOnce;
    if (webhooks.has(report.claim.id) || (webhooks.size > 0 && isTooMuch)) break;
    webhooks.add(report.claim.id);
  }
  return waiting.splice(0, webhooks.size);
}
