import type { Batch } from '../../connectors/batch.ts';
import type { Changed } from '../../connectors/changes.ts';
import type { Field, Mode, Session } from '../../connectors/connector.ts';
import type { RecordEventType } from '../../syncs/told/store.ts';
import { toJsonText } from '../../values/json.ts';
import type { Row } from '../../values/types.ts';
import { Presence, type Present } from './presence.ts';
import type { Item, Telling } from './telling.ts';

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
    const aboutOf = (index: number) => batch.subjects?.[index];
    if (mode === 'append' || mode === 'replace' || key.length === 0) {
      if (!listened.has('record.created')) return [];
      return batch.rows.map((row, index) => ({
        ...{ type: 'record.created', index, about: aboutOf(index) },
        text: () => this.#text(fields, row),
      }));
    }
    if (!listened.has('record.created') && !listened.has('record.updated')) return [];
    const last = this.#lastOfEach(fields, batch.rows);
    const rows = last.map((index) => batch.rows[index] as Row);
    const found = await this.#presence.find(fields, rows);
    return last.flatMap((index, at) => {
      const row = rows[at] as Row;
      const heard = this.#heard(fields, row, found?.[at], { listened, about: aboutOf(index) });
      return heard ? [{ ...heard, index }] : [];
    });
  }

  /** Of records that are to go, by the fields of their key. */
  async gone(fields: readonly Field[], keys: readonly Row[], isAsked = true): Promise<Heard[]> {
    const listened = await this.#telling.listened();
    if (!listened?.has('record.deleted') || keys.length === 0) return [];
    const found = isAsked ? await this.#presence.find(fields, keys) : undefined;
    return keys.flatMap((row, index) => {
      const left = this.#telling.left.take(this.#keyText(fields, row));
      const isLeft = left?.type === 'record.deleted';
      if (found?.[index] === null && !isLeft) return [];
      const text = () => this.#text(fields, row, { isGone: true });
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
      const heard = this.#heard(fields, row, there, { listened, about: undefined });
      return heard ? [{ ...heard, index }] : [];
    });
  }

  #heard(
    fields: readonly Field[],
    row: readonly Changed[],
    found: Present | null | undefined,
    { listened, about }: { listened: Listened; about: string | undefined },
  ): Item | undefined {
    const left = this.#telling.left.take(this.#keyText(fields, row));
    const isLeft = left && left.type !== 'record.deleted';
    if (!isLeft && found?.isSame) return undefined;
    const type = isLeft ? left.type : found === null ? 'record.created' : 'record.updated';
    if (!listened.has(type)) return undefined;
    const before = found?.members;
    const known = isLeft ? left.previous : before && objectText(before);
    // What was known of somebody may be what is forgotten by this change.
    const previous = about === undefined ? known : undefined;
    const text = () => this.#text(fields, row, { previous, before });
    return { type, about, text };
  }

  /** Of records that come twice, the last one is written. */
  #lastOfEach(fields: readonly Field[], rows: readonly Row[]): number[] {
    const last = new Map<string, number>();
    for (const [index, row] of rows.entries()) last.set(this.#keyText(fields, row) ?? '', index);
    return [...last.values()].sort((one, other) => one - other);
  }

  #keyText(fields: readonly Field[], row: readonly Changed[]): string | undefined {
    const { key } = this.#toward;
    if (key.length === 0) return undefined;
    return objectText(membersOf(fields, row, (name) => key.includes(name)));
  }

  /** `before`: what holds where a field is not written. */
  #text(
    fields: readonly Field[],
    row: readonly Changed[],
    { isGone = false, previous, before }: Told = {},
  ): string {
    const { skipped } = this.#toward;
    const members = membersOf(fields, row, (name) => !skipped.includes(name), before);
    const record = isGone ? 'null' : objectText(members);
    const key = this.#keyText(fields, row) ?? 'null';
    const rest = previous === undefined ? '' : `,"previous":${previous}`;
    return `{"key":${key},"record":${record}${rest}}`;
  }
}

type Told = {
  isGone?: boolean;
  previous?: string | undefined;
  before?: ReadonlyMap<string, string> | undefined;
};

function membersOf(
  fields: readonly Field[],
  row: readonly Changed[],
  isTaken: (name: string) => boolean,
  before?: ReadonlyMap<string, string>,
): Map<string, string> {
  const members = new Map<string, string>();
  for (const [at, { name, type }] of fields.entries()) {
    if (!isTaken(name)) continue;
    const cell = row[at];
    const text = cell === undefined ? before?.get(name) : toJsonText(type, cell);
    if (text !== undefined) members.set(name, text);
  }
  return members;
}

function objectText(members: ReadonlyMap<string, string>): string {
  return `{${[...members].map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}
