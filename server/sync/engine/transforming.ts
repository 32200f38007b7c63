import { Batch } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import { decodeLine } from '../connectors/copy-cells.ts';
import type { Rejected } from '../connectors/field.ts';
import { JsonRecords, type Records } from '../transforms/sandbox/records.ts';
import type { Sandbox, TextOutcome } from '../transforms/sandbox/sandbox.ts';
import { inferType } from '../values/infer.ts';
import { toJsonText } from '../values/json.ts';
import {
  type Changes,
  changesIn,
  type Group,
  groupsOf,
  madeIn,
  readGroups,
  valuesOf,
} from './changes.ts';
import { type Part, partsOf, Telling } from './lines.ts';
import { hasPlace, type KnownTypes } from './loose.ts';
import { Rewriting } from './rewriting.ts';

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

/** What came out of a part; of each record, from which line it comes. */
type Passed = Part & {
  groups: readonly Group[];
  sources: readonly number[];
  rejected: readonly Rejected[];
};
type Shaped = { lines: Buffer[]; sources: number[]; rejected: Rejected[] };

/**
 * Sends records through transforms, one after the other. Fields that come out and did not go in get the
 * type that their values have in the first batch that has some.
 */
export class Transforming {
  readonly #services: TransformServices;
  readonly #codes: readonly Code[];
  readonly #given: { readonly fields: readonly Field[] };
  readonly #known: KnownTypes;
  readonly #key: readonly string[];
  #toTell: Telling | undefined;
  #fields: readonly Field[] | undefined;
  #rewriting: Rewriting | undefined;
  #isSettled = false;

  constructor(services: TransformServices, codes: readonly Code[], { given, key, known }: Ends) {
    this.#services = services;
    this.#codes = codes;
    this.#given = given;
    this.#known = known;
    this.#key = key;
  }

  get fields(): readonly Field[] {
    return this.#fields ?? this.#given.fields;
  }

  /** Whether records came out under another key than they went in with. */
  get movesKeys(): boolean {
    return this.#rewriting?.movesKeys ?? false;
  }

  get hasCode(): boolean {
    return this.#codes.length > 0;
  }

  /** Whether it is known which fields come out. */
  get isSettled(): boolean {
    return this.#codes.length === 0 || this.#isSettled;
  }

  settle(): void {
    if (!this.isSettled) this.#rewriting = this.#learn([]);
    this.#isSettled = true;
  }

  async transform(batch: Batch): Promise<Transformed> {
    if (this.#codes.length === 0) return { batch, rejected: [] };
    const shaped: Shaped = { lines: [], sources: [], rejected: [] };
    let held: Passed[] = [];
    const parts = partsOf(batch);
    for (let coming = this.#begin(parts); coming; ) {
      const { part } = coming;
      const outcome = await coming.outcome;
      // The sandbox works on one part while another is made into lines.
      coming = this.#begin(parts);
      held.push(await this.#goOn(part, outcome));
      // What comes out of the first batch says which fields there are.
      if (coming && !this.#isSettled) continue;
      if (!this.#rewriting || !this.#isSettled) this.#rewriting = this.#learn(held);
      for (const passed of held) shape(passed, this.#rewriting, shaped);
      held = [];
    }
    const { lines, sources, rejected } = shaped;
    const { position } = batch;
    const subjects = batch.subjects && sources.map((source) => batch.subjects?.[source]);
    const all = Buffer.concat(lines);
    const made = Batch.ofLines(all, sources.length, position, undefined, subjects);
    return { batch: made, rejected, sources };
  }

  /** Once the fields that come in are known. */
  get #telling(): Telling {
    this.#toTell ??= new Telling(this.#given.fields);
    return this.#toTell;
  }

  #begin(parts: Iterator<Part>) {
    const { value: part, done } = parts.next();
    const [code] = this.#codes;
    if (done || !code) return undefined;
    const outcome = this.#run(code, this.#telling.recordsOf(part));
    // What goes wrong with it is met when it is awaited.
    outcome.catch(() => undefined);
    return { part, outcome };
  }

  #run({ id, version, type, code }: Code, records: Records): Promise<TextOutcome> {
    const { sandbox, organization, signal } = this.#services;
    const work = { organization, key: `${id} ${version}`, type, code, signal };
    return sandbox.runRecords({ ...work, records, isChangesOnly: true });
  }

  /** With what the first transform made of a part, through those after it. */
  async #goOn(part: Part, first: TextOutcome): Promise<Passed> {
    const [code, ...others] = this.#codes as readonly [Code, ...Code[]];
    const rejected = first.errors.map(({ index, error }) => ({
      index,
      ...refusedBy(code.id, error),
    }));
    let { sources } = first;
    let groups = readGroups(first.text, sources.length);
    for (const other of others) {
      const before = [...changesIn(groups)];
      const froms = sources;
      const texts = before.map((changes, at) => this.#textOf(part.lines[froms[at] ?? 0], changes));
      const { text, errors, ...more } = await this.#run(other, new JsonRecords(texts));
      for (const { index, error } of errors) {
        rejected.push({ index: froms[index] ?? 0, ...refusedBy(other.id, error) });
      }
      const after = [...changesIn(readGroups(text, more.sources.length))];
      groups = groupsOf(
        after.map((changes, at) => new Map([...(before[more.sources[at] ?? 0] ?? []), ...changes])),
      );
      sources = more.sources.map((at) => froms[at] ?? 0);
    }
    return { ...part, groups, sources, rejected };
  }

  #textOf(line = '', changes: Changes): string {
    const cells = decodeLine(line);
    const members = this.#given.fields.flatMap(({ name, type }, at) =>
      changes.has(name) ? [] : [`${JSON.stringify(name)}:${toJsonText(type, cells[at] ?? null)}`],
    );
    for (const [name, value] of changes) {
      if (value !== undefined) members.push(`${JSON.stringify(name)}:${JSON.stringify(value)}`);
    }
    return `{${members.join()}}`;
  }

  /** What no record has any more, and the destination has no place for. */
  #leftIn(groups: readonly Group[]): ReadonlySet<string> {
    if (groups.length === 0 || this.#known.size === 0) return new Set();
    const names = this.#given.fields.map(({ name }) => name);
    return new Set(
      names.filter((name) => {
        return !hasPlace(this.#known, name) && groups.every(({ gone }) => gone.includes(name));
      }),
    );
  }

  /** What comes out says which fields there are, once something does. */
  #learn(passed: readonly Passed[]): Rewriting {
    const given = this.#given.fields;
    const groups = passed.flatMap((one) => one.groups);
    const made = madeIn(groups, given);
    const all = [
      ...given.map((field) => {
        const type = field.isLoose && this.#known.get(field.name);
        return type ? { ...field, type } : field;
      }),
      ...made.map((name) => ({
        name,
        type: this.#known.get(name) ?? inferType(valuesOf(name, groups)),
        nativeType: 'json',
        isNullable: true,
        isWritable: true,
      })),
    ];
    const left = this.#leftIn(groups);
    this.#fields = all.filter(({ name }) => !left.has(name));
    this.#isSettled = groups.length > 0;
    return new Rewriting(given, all, { key: this.#key, left });
  }
}

/** So few that they are soon garbage. */
const flushedLines = 500;

function shape(
  { lines, from, groups, sources, rejected }: Passed,
  rewriting: Rewriting,
  shaped: Shaped,
): void {
  for (const { index, ...why } of rejected) shaped.rejected.push({ index: from + index, ...why });
  let made: string[] = [];
  const flush = () => {
    if (made.length > 0) shaped.lines.push(Buffer.from(`${made.join('\n')}\n`));
    made = [];
  };
  let nth = 0;
  for (const group of groups) {
    const rewrite = rewriting.of(group);
    for (let at = 0; at < group.count; at += 1) {
      const source = sources[nth] ?? 0;
      nth += 1;
      const line = rewrite(lines[source] ?? '', at);
      if (typeof line === 'object') {
        shaped.rejected.push({ index: from + source, ...line });
        continue;
      }
      made.push(line);
      shaped.sources.push(from + source);
      if (made.length === flushedLines) flush();
    }
  }
  flush();
}

/** Why a transform gave nothing: in its own words, which may quote the record. */
export function refusedBy(id: string, error: string): Omit<Rejected, 'index'> {
  return { reason: `The transform ${id} failed.`, said: `The transform ${id}: ${error}` };
}
