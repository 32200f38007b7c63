import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Plan } from '../connectors/connector.ts';
import { insertLog } from '../syncs/log/store.ts';
import type { Confidence } from '../syncs/runs/confidence.ts';
import type { Begun } from './assignment.ts';
import type { Route } from './planning.ts';
import { type Claim, updatePlan, updatePositionTaken } from './store.ts';

type Services = { database: Database; clock: Clock; confidence: Confidence };

/** What is said of a run to whoever looks at it later. */
export class Report {
  readonly #services: Services;
  readonly #claim: Claim;
  readonly #begun: Begun;
  /** The fields that the sync takes from now on, and how it writes. */
  found: Pick<Route, 'fields' | 'mode'> | null = null;

  constructor(services: Services, claim: Claim, begun: Begun) {
    this.#services = services;
    this.#claim = claim;
    this.#begun = begun;
  }

  async begin(route: Route): Promise<void> {
    const { fields, mode } = route;
    this.found = { fields, mode };
    const { organization } = this.#claim;
    const { drift } = route;
    await this.#services.database
      .of(organization)
      .transaction((tx) => updatePlan(tx, this.#claim, { plan: this.#begun, drift }));
    for (const one of drift) await this.note('warning', one);
  }

  /** The destination has forgotten where it was before somebody set the cursor. */
  async cursorTaken(): Promise<void> {
    await this.#services.database
      .of(this.#claim.organization)
      .transaction((tx) => updatePositionTaken(tx, this.#claim));
  }

  async plan({ statements, skipped }: Plan): Promise<void> {
    for (const statement of statements) await this.note('info', statement);
    for (const field of skipped) {
      await this.note('info', `The destination computes ${field} itself; it is left to it.`);
    }
  }

  async note(level: 'info' | 'warning' | 'error', message: string): Promise<void> {
    const { database, clock, confidence } = this.#services;
    const { organization, runId } = this.#claim;
    const encrypted_message = confidence.encrypt(message);
    const row = { at: clock.now(), level, encrypted_message };
    await database.of(organization).transaction((tx) => insertLog(tx, organization, runId, row));
  }
}
