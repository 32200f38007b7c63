import { Batch } from '../connectors/batch.ts';
import type { Field, Rejected } from '../connectors/connector.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { inferType } from '../values/infer.ts';
import { fromTransformed, toJson, toJsonText } from '../values/json.ts';
import type { Cell, Json, Row } from '../values/types.ts';
import { type Changes, madeIn, none, readChanges, withMore } from './changes.ts';
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

/** A record on its way: the row that it is made of, and what became of that. */
type Passing = { source: number; changes: Changes };

/** Some rows of a batch, and where in it they begin. */
type Part = { rows: readonly Row[]; from: number };

type Passed = Part & { passing: readonly Passing[]; rejected: readonly Rejected[] };

type Shaped = { rows: Row[]; sources: number[]; rejected: Rejected[] };

/** So many that what is made of them on the way is soon garbage. */
const partRows = 4_000;

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
  #fields: readonly Field[] | undefined;
  #isSettled = false;
  #places: ReadonlyMap<string, number> = new Map();
  /** Whether records came out under another key than they went in with. */
  movesKeys = false;

  constructor(services: TransformServices, codes: readonly Code[], { given, key, known }: Ends) {
    this.#services = services;
    this.#codes = codes;
    this.#given = given;
    this.#begins = given.fields.map(({ name }) => `${JSON.stringify(name)}:`);
    this.#known = known;
    this.#keyPlaces = key.map((name) => given.fields.findIndex((field) => field.name === name));
  }

  get fields(): readonly Field[] {
    return this.#fields ?? this.#given.fields;
  }

  /** Whether it is known which fields come out. */
  get isSettled(): boolean {
    return this.#codes.length === 0 || this.#isSettled;
  }

  settle(): void {
    if (!this.isSettled) this.#learn([]);
    this.#isSettled = true;
  }

  async transform(batch: Batch): Promise<Transformed> {
    if (this.#codes.length === 0) return { batch, rejected: [] };
    const shaped: Shaped = { rows: [], sources: [], rejected: [] };
    let held: Passed[] = [];
    const parts = partsOf(batch.rows);
    let coming = parts[0] && this.#pass(parts[0]);
    for (let nth = 1; coming; nth += 1) {
      held.push(await coming);
      const next = parts[nth];
      // The sandbox works on one part while another is made into rows.
      coming = next && this.#pass(next);
      coming?.catch(() => undefined);
      // What comes out of the first batch says which fields there are.
      if (coming && !this.#isSettled) continue;
      if (!this.#isSettled) this.#learn(held);
      for (const passed of held) this.#shape(passed, shaped);
      held = [];
    }
    const { rows, sources, rejected } = shaped;
    const subjects = batch.subjects && sources.map((source) => batch.subjects?.[source]);
    return { batch: Batch.ofRows(rows, batch.position, undefined, subjects), rejected, sources };
  }

  #shape({ rows, from, passing, rejected }: Passed, shaped: Shaped): void {
    for (const { index, ...why } of rejected) shaped.rejected.push({ index: from + index, ...why });
    for (const { changes, source } of passing) {
      const before = rows[source] as Row;
      const row = this.#rowOf(before, changes);
      if ('reason' in row) {
        shaped.rejected.push({ index: from + source, ...row });
        continue;
      }
      shaped.rows.push(row.cells);
      shaped.sources.push(from + source);
      this.movesKeys ||= this.#keyPlaces.some((place) => row.cells[place] !== before[place]);
    }
  }

  async #pass({ rows, from }: Part): Promise<Passed> {
    const { sandbox, organization, signal } = this.#services;
    let passing: Passing[] = rows.map((_, source) => ({ source, changes: none }));
    const rejected: Rejected[] = [];
    for (const { id, version, type, code } of this.#codes) {
      const outcome = await sandbox.runTexts({
        organization,
        key: `${id} ${version}`,
        type,
        code,
        signal,
        records: passing.map((one) => this.#textOf(rows[one.source] as Row, one.changes)),
        isChangesOnly: true,
      });
      for (const { index, error } of outcome.errors) {
        const { source = 0 } = passing[index] ?? {};
        rejected.push({ index: source, ...refusedBy(id, error) });
      }
      const said = JSON.parse(outcome.text) as Json[];
      passing = said.map((one, at) => {
        const { source, changes } = passing[outcome.sources[at] ?? 0] as Passing;
        return { source, changes: withMore(changes, readChanges(one) ?? none) };
      });
    }
    return { rows, from, passing, rejected };
  }

  #textOf(row: Row, changes: Changes): string {
    let text = '';
    for (const [at, { name, type }] of this.#given.fields.entries()) {
      if (changes.has(name)) continue;
      const comma = text === '' ? '' : ',';
      text += `${comma}${this.#begins[at]}${toJsonText(type, row[at] ?? null)}`;
    }
    for (const [name, value] of changes) {
      if (value === undefined) continue;
      text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
    }
    return `{${text}}`;
  }

  /** What comes out says which fields there are, once something does. */
  #learn(passed: readonly Passed[]): void {
    const given = this.#given.fields;
    const all = passed.flatMap(({ passing }) => passing.map(({ changes }) => changes));
    const made = madeIn(all, given);
    this.#fields = [
      ...given.map((field) => {
        const type = field.isLoose && this.#known.get(field.name);
        return type ? { ...field, type } : field;
      }),
      ...made.map((name) => ({
        name,
        type: this.#known.get(name) ?? inferType(all.map((changes) => changes.get(name) ?? null)),
        nativeType: 'json',
        isNullable: true,
        isWritable: true,
      })),
    ];
    this.#places = new Map(this.#fields.map(({ name }, at) => [name, at]));
    this.#isSettled = all.length > 0;
  }

  #rowOf(before: Row, changes: Changes): { cells: Row } | Omit<Rejected, 'index'> {
    const { fields } = this;
    const given = this.#given.fields;
    const cells: Cell[] = fields.map((_, at) => before[at] ?? null);
    for (const [name, value = null] of changes) {
      const at = this.#places.get(name);
      const type = at === undefined ? undefined : fields[at]?.type;
      if (at === undefined || type === undefined) {
        if (value === null) continue;
        // Its name may be made of the record.
        return { reason: `A field ${unknown}`, said: `${name} ${unknown}` };
      }
      const own = type === given[at]?.type ? (before[at] ?? null) : null;
      const read = fromTransformed(type, own, value);
      if ('problem' in read) return { field: name, reason: read.problem };
      cells[at] = read.text;
    }
    for (const [at, { name, type }] of given.entries()) {
      const field = fields[at] as Field;
      if (field.type === type || changes.has(name)) continue;
      const read = fromTransformed(field.type, null, toJson(type, before[at] ?? null));
      if ('problem' in read) return { field: name, reason: read.problem };
      cells[at] = read.text;
    }
    return { cells };
  }
}

const unknown = 'came out of a transform and of none of the first batch; it has no place.';

function partsOf(rows: readonly Row[]): Part[] {
  const parts: Part[] = [];
  for (let from = 0; from < rows.length; from += partRows) {
    parts.push({ rows: rows.slice(from, from + partRows), from });
  }
  return parts;
}

/** Why a transform gave nothing: in its own words, which may quote the record. */
export function refusedBy(id: string, error: string): Omit<Rejected, 'index'> {
  return { reason: `The transform ${id} failed.`, said: `The transform ${id}: ${error}` };
}
