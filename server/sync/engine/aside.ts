import { createHash } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Database, Wall } from '../../runtime/database/database.ts';
import type { Batch, Unread } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import type { Rejected } from '../connectors/field.ts';
import { keptIn } from '../syncs/cursor/positions.ts';
import {
  type After,
  deleteRejectedAfter,
  insertRejected,
  selectRejectedCounts,
} from '../syncs/rejected/store.ts';
import type { Confidence } from '../syncs/runs/confidence.ts';
import type { Counts } from '../syncs/runs/store.ts';
import { toJsonText } from '../values/json.ts';
import type { Cell, Row } from '../values/types.ts';
import type { Claim } from './store.ts';

const atOnce = 500;
/** With so many it is not the records: it is what the sync was told to do with them. */
const keptMax = 100_000;

/** Of a batch, also of one that is only looked at. */
export type Rows = Pick<Batch, 'rows' | 'subjects'>;

/** What was refused, and where it came from. */
export type Refusal = Rejected & {
  isKnown?: boolean;
  /** By what the source finds it again, by the names of the source. */
  key?: SourceKey | undefined;
  /** Its place among those that were read with it. */
  place?: number;
};
export type SourceKey = Readonly<Record<string, Cell>>;

type Services = { database: Database; clock: Clock; confidence: Confidence };
type Refused = Omit<Refusal, 'index' | 'isKnown'> & {
  text: string;
  isKnown: boolean;
  /** Whom it tells of, where the source knows. */
  subject?: string | undefined;
};

/**
 * Keeps the records that a run sets aside: before what the batch writes is committed, so that none is
 * lost, and each once, however often its batch is tried.
 */
export class Aside {
  readonly #services: Services;
  readonly #claim: Claim;
  readonly #counts: Counts;
  readonly #isEnding: boolean;
  readonly #wall: Wall;
  #after = afterOf(undefined);

  /** `isEnding`: a record that is refused ends the run. */
  constructor(
    services: Services,
    claim: Claim,
    { counts, isEnding }: { counts: Counts; isEnding: boolean },
  ) {
    this.#services = services;
    this.#claim = claim;
    this.#counts = counts;
    this.#isEnding = isEnding;
    this.#wall = services.database.of(claim.organization);
  }

  /** Forgets what will be set aside again. */
  async goOn(position: string | undefined): Promise<void> {
    this.moved(position);
    const { organization, runId } = this.#claim;
    const left = await this.#wall.transaction(async (tx) => {
      await deleteRejectedAfter(tx, this.#claim, this.#after);
      return selectRejectedCounts(tx, organization, runId);
    });
    this.#counts.records_failed = left.all;
  }

  /** Where the destination stands now. */
  moved(position: string | undefined): void {
    this.#after = afterOf(position);
  }

  /** How many records it is not known of which ones of the destination they are. */
  async unknown(): Promise<number> {
    const { organization, runId } = this.#claim;
    return (await selectRejectedCounts(this.#wall.reading, organization, runId)).unknown;
  }

  /** Keeps records whose cells are of these fields. @throws ConnectorError when one ends the run */
  async refuse(
    { rows, subjects }: Rows,
    fields: readonly Field[],
    rejected: readonly Refusal[],
  ): Promise<void> {
    await this.#keep(
      rejected.map(({ index, isKnown = true, ...why }) => {
        const text = textOf(rows[index] ?? [], fields);
        return { ...why, isKnown, text, subject: subjects?.[index] };
      }),
    );
  }

  /** Keeps what could not be read: its cells are none of their types, but texts. */
  async setAside(
    unread: readonly (Unread & { isKnown: boolean; key?: SourceKey | undefined })[],
    fields: readonly Field[],
  ): Promise<void> {
    await this.#keep(
      unread.map(({ row, source, ...why }) => {
        const cells = row.map((cell, at) => [fields[at]?.name ?? `field ${at + 1}`, cell]);
        return { ...why, text: JSON.stringify(source ?? Object.fromEntries(cells)) };
      }),
    );
  }

  async #keep(refused: readonly Refused[]): Promise<void> {
    const { clock, confidence } = this.#services;
    for (let at = 0; at < refused.length; at += atOnce) {
      const kept = refused
        .slice(at, at + atOnce)
        .map(({ text, field = null, subject = null, key, isKnown, ...why }) => ({
          ...{ field, subject, isKnown },
          record: confidence.encrypt(text),
          reason: confidence.encrypt(why.said ?? why.reason),
          key: key ? confidence.encrypt(JSON.stringify(key)) : null,
        }));
      const batch = { after: this.#after, now: clock.now() };
      await this.#wall.transaction((tx) => insertRejected(tx, this.#claim, kept, batch));
    }
    this.#counts.records_failed += refused.length;
    if (this.#counts.records_failed > keptMax) throw tooMany();
    const [first] = refused;
    if (!first || !this.#isEnding) return;
    throw new ConnectorError('configuration', this.#ended(first));
  }

  /** Names the record and the rule, and nothing of what is in it: a run's end is told to many. */
  #ended({ field, reason, place }: Refused): string {
    const { records_read: before } = this.#counts;
    const which = place === undefined ? 'A record' : `Record ${before + place + 1}`;
    return `${which} was refused: ${field === undefined ? '' : `${field}: `}${reason}`;
  }
}

function tooMany(): ConnectorError {
  const message = `More than ${keptMax} records were set aside; look at their reasons, and change the sync.`;
  return new ConnectorError('configuration', message);
}

/** By what those are found that are set aside next: where the destination stands, and with what. */
function afterOf(position: string | undefined): After {
  const digest = createHash('sha256')
    .update(position ?? '')
    .digest();
  return { digest, batch: position === undefined ? 0 : (keptIn(position).batch ?? 0) };
}

function textOf(row: Row, fields: readonly Field[]): string {
  const members = fields.map(({ name, type }, at) => {
    return `${JSON.stringify(name)}:${toJsonText(type, row[at] ?? null)}`;
  });
  return `{${members.join(',')}}`;
}
