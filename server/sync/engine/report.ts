import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Plan } from '../connectors/connector.ts';
import { insertLog } from '../syncs/log/store.ts';
import type { Confidence } from '../syncs/runs/confidence.ts';
import type { Found } from '../syncs/store.ts';
import type { Begun } from './assignment.ts';
import type { Route } from './planning.ts';
import { type Claim, updatePlan, updatePositionTaken } from './store.ts';

type Services = { database: Database; clock: Clock; confidence: Confidence };

/** What is said of a run to whoever looks at it later. */
export class Report {
  readonly #services: Services;
  readonly #claim: Claim;
  /** What the run began with. */
  begun: Begun;
  readonly #said = new Set<string>();
  #stored: string | undefined;
  /** The fields that the sync takes from now on, and how it writes. */
  found: Found | null = null;

  constructor(services: Services, claim: Claim, begun: Begun) {
    this.#services = services;
    this.#claim = claim;
    this.begun = begun;
  }

  async begin(route: Route): Promise<void> {
    const { fields, mode, drift } = route;
    this.found = { fields, mode, cursor: this.begun.definition.cursor_field };
    const stored = JSON.stringify([this.begun, drift]);
    if (stored !== this.#stored) {
      await this.#services.database
        .of(this.#claim.organization)
        .transaction((tx) => updatePlan(tx, this.#claim, { plan: this.begun, drift }));
    }
    this.#stored = stored;
    for (const one of drift) await this.#noteOnce('warning', one);
  }

  /** The destination has forgotten where it was before somebody set the cursor. */
  async cursorTaken(): Promise<void> {
    await this.#services.database
      .of(this.#claim.organization)
      .transaction((tx) => updatePositionTaken(tx, this.#claim));
  }

  async plan({ statements, skipped }: Plan): Promise<void> {
    for (const statement of statements) await this.#noteOnce('info', statement);
    for (const field of skipped) {
      await this.#noteOnce('info', `The destination computes ${field} itself; it is left to it.`);
    }
  }

  /** A run that goes on comes by the same again and again. */
  async #noteOnce(level: 'info' | 'warning', message: string): Promise<void> {
    if (this.#said.has(message)) return;
    await this.note(level, message);
    this.#said.add(message);
  }

  async note(level: 'info' | 'warning' | 'error', message: string): Promise<void> {
    const { database, clock, confidence } = this.#services;
    const { organization, runId } = this.#claim;
    const encrypted_message = confidence.encrypt(message);
    const row = { at: clock.now(), level, encrypted_message };
    await database.of(organization).transaction((tx) => insertLog(tx, organization, runId, row));
  }
}
