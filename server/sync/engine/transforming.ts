import { Batch } from '../connectors/batch.ts';
import type { Field, Rejected } from '../connectors/connector.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { inferType } from '../values/infer.ts';
import { fromTransformed, toJsonText } from '../values/json.ts';
import type { Cell, Json, Row } from '../values/types.ts';
import type { KnownTypes } from './loose.ts';

/** A transform as it was when the run began. */
export type Code = { id: string; version: number; type: 'javascript' | 'jsonata'; code: string };

export type Transformed = {
  batch: Batch;
  rejected: readonly Rejected[];
  /** Of which row each came; as they were without it. */
  sources?: readonly number[];
};

export type TransformServices = { sandbox: Sandbox; organization: number; signal: AbortSignal };

type Ends = {
  given: { readonly fields: readonly Field[] };
  key: readonly string[];
  known: KnownTypes;
};

/**
 * Sends records through transforms, one after the other. Fields that come out and did not go in get the
 * type that their values have in the first batch that has some.
 */
export class Transforming {
  readonly #services: TransformServices;
  readonly #codes: readonly Code[];
  readonly #given: { readonly fields: readonly Field[] };
  readonly #known: KnownTypes;
  readonly #keyPlaces: readonly number[];
  /** What stands before the value of each field. */
  readonly #begins: readonly string[];
  /** What the writer is told of; grows only until it was asked for. */
  #fields: Field[] | undefined;
  /** Whether records came out under another key than they went in with. */
  movesKeys = false;

  constructor(services: TransformServices, codes: readonly Code[], { given, key, known }: Ends) {
    this.#services = services;
    this.#codes = codes;
    this.#given = given;
    this.#begins = given.fields.map(({ name }, at) => {
      return `${at > 0 ? ',' : ''}${JSON.stringify(name)}:`;
    });
    this.#known = known;
    this.#keyPlaces = key.map((name) => given.fields.findIndex((field) => field.name === name));
  }

  get fields(): readonly Field[] {
    return this.#fields ?? this.#given.fields;
  }

  async transform(batch: Batch): Promise<Transformed> {
    if (this.#codes.length === 0) return { batch, rejected: [] };
    const { rows } = batch;
    const passed = await this.#pass(rows.map((row) => this.#textOf(row)));
    this.#fields ??= this.#fieldsIn(passed.records.map(({ record }) => record));
    const rejected: Rejected[] = [...passed.rejected];
    const shaped: Row[] = [];
    const sources: number[] = [];
    for (const { record, source } of passed.records) {
      const before = rows[source] as Row;
      const row = this.#rowOf(record, before);
      if ('reason' in row) {
        rejected.push({ index: source, ...row });
        continue;
      }
      shaped.push(row.cells);
      sources.push(source);
      this.movesKeys ||= this.#keyPlaces.some((place) => row.cells[place] !== before[place]);
    }
    const subjects = batch.subjects && sources.map((source) => batch.subjects?.[source]);
    return { batch: Batch.ofRows(shaped, batch.position, undefined, subjects), rejected, sources };
  }

  #textOf(row: Row): string {
    let text = '';
    for (const [at, { type }] of this.#given.fields.entries()) {
      text += `${this.#begins[at]}${toJsonText(type, row[at] ?? null)}`;
    }
    return `{${text}}`;
  }

  async #pass(texts: string[]) {
    const { sandbox, organization, signal } = this.#services;
    let records = texts.map((text, source) => ({ text, source }));
    const rejected: Rejected[] = [];
    let parsed: { record: Json; source: number }[] = [];
    for (const [nth, { id, version, type, code }] of this.#codes.entries()) {
      const outcome = await sandbox.runTexts({
        organization,
        key: `${id} ${version}`,
        type,
        code,
        signal,
        records: records.map(({ text }) => text),
      });
      const sourceOf = (at: number) => records[at]?.source ?? 0;
      for (const { index, error } of outcome.errors) {
        rejected.push({ index: sourceOf(index), ...refusedBy(id, error) });
      }
      const outputs = JSON.parse(outcome.text) as Json[];
      parsed = outputs.map((record, at) => ({
        record,
        source: sourceOf(outcome.sources[at] ?? 0),
      }));
      const isLast = nth === this.#codes.length - 1;
      if (!isLast) {
        records = parsed.map(({ record, source }) => ({ text: JSON.stringify(record), source }));
      }
    }
    return { records: parsed, rejected };
  }

  #fieldsIn(records: readonly Json[]): Field[] {
    const names = new Set(records.flatMap((record) => Object.keys(membersOf(record))));
    const given = this.#given.fields;
    const made = [...names].filter((name) => !given.some((one) => one.name === name));
    return [
      ...given.map((field) => {
        const type = field.isLoose && this.#known.get(field.name);
        return type ? { ...field, type } : field;
      }),
      ...made.map((name) => ({
        name,
        type:
          this.#known.get(name) ??
          inferType(records.map((record) => membersOf(record)[name] ?? null)),
        nativeType: 'json',
        isNullable: true,
        isWritable: true,
      })),
    ];
  }

  #rowOf(record: Json, before: Row): { cells: Cell[] } | Omit<Rejected, 'index'> {
    const members = membersOf(record);
    const { fields } = this;
    const cells: Cell[] = [];
    let met = 0;
    for (const [at, { name, type }] of fields.entries()) {
      const isThere = Object.hasOwn(members, name);
      if (isThere) met += 1;
      const value = isThere ? (members[name] as Json) : null;
      const own = type === this.#given.fields[at]?.type ? (before[at] ?? null) : null;
      const read = fromTransformed(type, own, value);
      if ('problem' in read) return { field: name, reason: read.problem };
      cells.push(read.text);
    }
    const names = Object.keys(members);
    if (names.length === met) return { cells };
    const unknown = names.find((name) => !fields.some((one) => one.name === name));
    if (unknown === undefined) return { cells };
    // Its name may be made of the record.
    const why = 'came out of a transform and of none of the first batch; it has no place.';
    return { reason: `A field ${why}`, said: `${unknown} ${why}` };
  }
}

/** Why a transform gave nothing: in its own words, which may quote the record. */
export function refusedBy(id: string, error: string): Omit<Rejected, 'index'> {
  return { reason: `The transform ${id} failed.`, said: `The transform ${id}: ${error}` };
}

function membersOf(record: Json): Record<string, Json> {
  return typeof record === 'object' && record !== null && !Array.isArray(record) ? record : {};
}
