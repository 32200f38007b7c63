import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field, Plan, Rejected } from '../connectors/connector.ts';
import { insertLog } from '../syncs/log/store.ts';
import { insertRejected } from '../syncs/rejected/store.ts';
import type { Confidence } from '../syncs/runs/confidence.ts';
import { toJsonText } from '../values/json.ts';
import type { Row } from '../values/types.ts';
import type { Begun } from './assignment.ts';
import type { Route } from './planning.ts';
import { type Claim, updatePlan } from './store.ts';

const rejectedAtOnce = 500;

type Services = { database: Database; clock: Clock; confidence: Confidence };

/** What is kept of a run for whoever looks at it later: its log, and the records that it set aside. */
export class Report {
  readonly #services: Services;
  readonly #claim: Claim;
  readonly #begun: Begun;
  /** Those of the source that the sync takes from now on. */
  fields: readonly string[] | null = null;

  constructor(services: Services, claim: Claim, begun: Begun) {
    this.#services = services;
    this.#claim = claim;
    this.#begun = begun;
  }

  async begin(route: Route): Promise<void> {
    this.fields = route.fields;
    const { organization } = this.#claim;
    const { drift } = route;
    await this.#services.database
      .of(organization)
      .transaction((tx) => updatePlan(tx, this.#claim, { plan: this.#begun, drift }));
    for (const one of drift) await this.note('warning', one);
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

  /** Keeps the records of a batch that were refused; their cells are of these fields. */
  async reject(
    { rows, subjects }: Pick<Batch, 'rows' | 'subjects'>,
    fields: readonly Field[],
    rejected: readonly Rejected[],
  ): Promise<void> {
    const theirs = rejected.map((one) => ({ ...one, subject: subjects?.[one.index] }));
    await this.#keep(theirs, ({ index }) => textOf(rows[index] ?? [], fields));
  }

  /** Keeps what could not be read: its cells are none of their types, but texts. */
  async setAside(unread: readonly Unread[], fields: readonly Field[]): Promise<void> {
    await this.#keep(unread, ({ row, source }) => {
      const cells = row.map((cell, at) => [fields[at]?.name ?? `field ${at + 1}`, cell]);
      return JSON.stringify(source ?? Object.fromEntries(cells));
    });
  }

  async #keep<T extends { field?: string; reason: string; subject?: string | undefined }>(
    refused: readonly T[],
    write: (one: T) => string,
  ): Promise<void> {
    const { database, clock, confidence } = this.#services;
    const { organization, runId } = this.#claim;
    for (let at = 0; at < refused.length; at += rejectedAtOnce) {
      const kept = refused.slice(at, at + rejectedAtOnce).map((one) => ({
        encrypted: confidence.encrypt(write(one)),
        field: one.field ?? null,
        reason: one.reason,
        subject: one.subject ?? null,
      }));
      await database
        .of(organization)
        .transaction((tx) => insertRejected(tx, organization, runId, kept, clock.now()));
    }
  }
}

function textOf(row: Row, fields: readonly Field[]): string {
  const members = fields.map(({ name, type }, at) => {
    return `${JSON.stringify(name)}:${toJsonText(type, row[at] ?? null)}`;
  });
  return `{${members.join(',')}}`;
}
