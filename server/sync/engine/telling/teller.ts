import type { Batch } from '../../connectors/batch.ts';
import type { Changed } from '../../connectors/changes.ts';
import type { Field, Mode, Session } from '../../connectors/connector.ts';
import type { RecordEventType } from '../../syncs/told/store.ts';
import type { Row } from '../../values/types.ts';
import type { LeftOver } from './left.ts';
import type { Item } from './packing.ts';
import { Presence, type Present } from './presence.ts';
import type { Telling } from './telling.ts';
import { objectText, Wording } from './wording.ts';

/** Of a batch, so that little is kept of those that have been told. */
const atOnce = 1_000;

/** Where records are written, and how. */
export type Toward = {
  readonly session: Pick<Session, 'describe' | 'query'>;
  readonly object: string;
  readonly key: readonly string[];
  readonly mode: Mode;
  readonly delete: 'hard' | 'mark';
  /** Fields that the destination computes. */
  readonly skipped: readonly string[];
};

/** With its place among those that are written with it; `isLeft`: it was about to be told before. */
export type Heard = Item & { readonly index: number; readonly isLeft?: boolean };

type Listened = ReadonlySet<RecordEventType>;

/** Says what becomes of records that are about to be written, where somebody listens to that. */
export class Teller {
  readonly #telling: Pick<Telling, 'listened' | 'left'>;
  readonly #toward: Toward;
  readonly #presence: Presence;
  #wording: { of: readonly Field[]; is: Wording } | undefined;

  constructor(telling: Pick<Telling, 'listened' | 'left'>, toward: Toward) {
    this.#telling = telling;
    this.#toward = toward;
    this.#presence = new Presence(toward.session, toward);
  }

  /** Of records with a value for every field: they are new, or are changed by it. */
  async written(fields: readonly Field[], batch: Batch): Promise<Heard[]> {
    const listened = await this.#telling.listened();
    if (!listened || batch.count === 0) return [];
    const { mode, key } = this.#toward;
    const isNew = mode === 'append' || mode === 'replace' || key.length === 0;
    if (isNew) return listened.has('record.created') ? this.#created(fields, batch) : [];
    if (!listened.has('record.created') && !listened.has('record.updated')) return [];
    return this.#merged(fields, batch, listened);
  }

  /** Of records that are to go, by the fields of their key. */
  async gone(fields: readonly Field[], keys: readonly Row[], isAsked = true): Promise<Heard[]> {
    const listened = await this.#telling.listened();
    if (!listened?.has('record.deleted') || keys.length === 0) return [];
    const found = isAsked ? await this.#presence.find(fields, keys) : undefined;
    return keys.flatMap((row, index) => {
      const isLeft = this.#left(fields, row)?.type === 'record.deleted';
      if (found?.[index] === null && !isLeft) return [];
      const text = this.#text(fields, row, 'null');
      return [{ type: 'record.deleted' as const, about: undefined, index, isLeft, text }];
    });
  }

  /** Of records of which only some fields are written, the key among them. */
  async altered(
    fields: readonly Field[],
    names: readonly string[],
    rows: readonly Row[],
  ): Promise<Heard[]> {
    const listened = await this.#telling.listened();
    if (!listened?.has('record.updated') || rows.length === 0) return [];
    const places = fields.map(({ name }) => names.indexOf(name));
    const whole = rows.map((row) => places.map((at) => (at < 0 ? undefined : row[at])));
    const found = await this.#presence.find(fields, whole);
    return whole.flatMap((row, index) => {
      // What is not there is not altered either.
      const there = found?.[index];
      if (there === null) return [];
      const left = this.#left(fields, row);
      const item = this.#item(fields, row, there, { listened, left, about: undefined });
      return item ? [{ ...item, index }] : [];
    });
  }

  #created(fields: readonly Field[], batch: Batch): Heard[] {
    const heard: Heard[] = [];
    const wording = this.#wordingOf(fields);
    for (const rows of batch.slices(atOnce)) {
      for (const row of rows) {
        const index = heard.length;
        const about = batch.subjects?.[index];
        const text = this.#text(fields, row, wording.record(row));
        heard.push({ type: 'record.created', index, about, text });
      }
    }
    return heard;
  }

  async #merged(fields: readonly Field[], batch: Batch, listened: Listened): Promise<Heard[]> {
    const wording = this.#wordingOf(fields);
    // Of records that come twice, the last one is written.
    const byName = new Map<string, { heard: Heard | undefined; left: LeftOver | undefined }>();
    let from = 0;
    for (const rows of batch.slices(atOnce)) {
      const found = await this.#presence.find(fields, rows);
      for (const [nth, row] of rows.entries()) {
        const index = from + nth;
        const name = wording.nameOf(row);
        const left = byName.get(name)?.left ?? this.#left(fields, row);
        const given = { listened, left, about: batch.subjects?.[index] };
        const item = this.#item(fields, row, found?.[nth], given);
        byName.set(name, { heard: item && { ...item, index }, left });
      }
      from += rows.length;
    }
    const heard = [...byName.values()].flatMap((one) => one.heard ?? []);
    return heard.sort((one, other) => one.index - other.index);
  }

  #item(
    fields: readonly Field[],
    row: readonly Changed[],
    found: Present | null | undefined,
    given: { listened: Listened; left: LeftOver | undefined; about: string | undefined },
  ): Item | undefined {
    const { listened, about } = given;
    const left = given.left?.type === 'record.deleted' ? undefined : given.left;
    if (!left && found?.isSame) return undefined;
    const type = left?.type ?? (found === null ? 'record.created' : 'record.updated');
    if (!listened.has(type)) return undefined;
    const before = found?.members();
    const known = left ? left.previous : before && objectText(before);
    // What was known of somebody may be what is forgotten by this change.
    const previous = about === undefined ? known : undefined;
    const record = this.#wordingOf(fields).record(row, before);
    return { type, about, text: this.#text(fields, row, record, previous) };
  }

  #left(fields: readonly Field[], row: readonly Changed[]): LeftOver | undefined {
    const { left } = this.#telling;
    if (left.isEmpty || this.#toward.key.length === 0) return undefined;
    return left.take(this.#wordingOf(fields).key(row));
  }

  #text(
    fields: readonly Field[],
    row: readonly Changed[],
    record: string,
    previous?: string,
  ): string {
    const key = this.#toward.key.length === 0 ? 'null' : this.#wordingOf(fields).key(row);
    const rest = previous === undefined ? '' : `,"previous":${previous}`;
    return `{"key":${key},"record":${record}${rest}}`;
  }

  #wordingOf(fields: readonly Field[]): Wording {
    if (this.#wording?.of !== fields) {
      this.#wording = { of: fields, is: new Wording(fields, this.#toward) };
    }
    return this.#wording.is;
  }
}
