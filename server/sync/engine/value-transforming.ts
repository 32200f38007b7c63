import { Batch } from '../connectors/batch.ts';
import type { Field } from '../connectors/connector.ts';
import type { Rejected } from '../connectors/field.ts';
import { inferType } from '../values/infer.ts';
import { fromTransformed, toJsonText } from '../values/json.ts';
import type { Cell, Json, Row } from '../values/types.ts';
import type { KnownTypes } from './loose.ts';
import type { Route } from './planning.ts';
import { type Code, refusedBy, type Transformed, type TransformServices } from './transforming.ts';

/** Where a transform of one value stands: the place of its field, and what it does. */
type ValueCode = { at: number; code: Code };

type Refused = Omit<Rejected, 'index'>;
type Outcome = { values: readonly (Json | undefined)[]; refused: ReadonlyMap<number, Refused> };

/**
 * Sends single values through the transforms of their mappings, each as the record `{"value": …}`. A
 * field keeps its type where that holds what comes out of the first batch; else it gets the type of that.
 */
export class ValueTransforming {
  readonly #services: TransformServices;
  readonly #codes: readonly ValueCode[];
  readonly #known: KnownTypes;
  readonly #given: readonly Field[];
  #fields: readonly Field[];
  #isTyped = false;
  /** Whether one of them is part of the key. */
  readonly movesKeys: boolean;

  constructor(
    services: TransformServices,
    codes: readonly Code[],
    { columns, key, known }: Pick<Route, 'columns' | 'key'> & { known: KnownTypes },
    fields: readonly Field[],
  ) {
    this.#services = services;
    this.#codes = columns.flatMap(({ transform }, at) => {
      const code = codes.find(({ id }) => id === transform);
      return code ? [{ at, code }] : [];
    });
    this.movesKeys = this.#codes.some(({ at }) => key.includes(fields[at]?.name ?? ''));
    this.#known = known;
    this.#given = fields;
    this.#fields = fields;
  }

  get fields(): readonly Field[] {
    return this.#fields;
  }

  get hasCode(): boolean {
    return this.#codes.length > 0;
  }

  /** Whether it is known which fields come out. */
  get isSettled(): boolean {
    return this.#codes.length === 0 || this.#isTyped;
  }

  settle(): void {
    this.#isTyped = true;
  }

  async transform(batch: Batch): Promise<Transformed> {
    if (this.#codes.length === 0 || batch.count === 0) return { batch, rejected: [] };
    const { rows } = batch;
    const outcomes = new Map<number, Outcome>();
    for (const { at, code } of this.#codes) {
      outcomes.set(at, await this.#pass(rows, at, code));
    }
    if (!this.#isTyped) {
      this.#fields = this.#given.map((one, at) => this.#typed(one, outcomes.get(at)));
    }
    const rejected: Rejected[] = [];
    const kept: Row[] = [];
    const sources: number[] = [];
    for (const [index, row] of rows.entries()) {
      const read = this.#rowOf(row, index, outcomes);
      if ('reason' in read) {
        rejected.push({ index, ...read });
        continue;
      }
      kept.push(read.cells);
      sources.push(index);
    }
    this.#isTyped ||= kept.length > 0;
    const subjects = batch.subjects && sources.map((source) => batch.subjects?.[source]);
    return { batch: Batch.ofRows(kept, batch.position, undefined, subjects), rejected, sources };
  }

  async #pass(rows: readonly Row[], at: number, { id, version, type, code }: Code) {
    const { sandbox, organization, signal } = this.#services;
    const field = this.#given[at] as Field;
    const outcome = await sandbox.runTexts({
      organization,
      key: `${id} ${version}`,
      type,
      code,
      signal,
      records: rows.map((row) => `{"value":${toJsonText(field.type, row[at] ?? null)}}`),
    });
    const refused = new Map<number, Refused>();
    const values: (Json | undefined)[] = rows.map(() => undefined);
    for (const [nth, output] of (JSON.parse(outcome.text) as { value?: Json }[]).entries()) {
      const source = outcome.sources[nth] ?? 0;
      if (values[source] !== undefined)
        refused.set(source, { reason: `The transform ${id} made several.` });
      if (Object.hasOwn(output, 'value')) values[source] = output.value as Json;
    }
    for (const { index, error } of outcome.errors) {
      refused.set(index, refusedBy(id, error));
    }
    for (const [index, value] of values.entries()) {
      if (value !== undefined || refused.has(index)) continue;
      refused.set(index, { reason: `The transform ${id} answered no "value".` });
    }
    return { values, refused };
  }

  #rowOf(
    row: Row,
    index: number,
    outcomes: ReadonlyMap<number, Outcome>,
  ): { cells: Cell[] } | Refused {
    const cells = [...row];
    for (const [at, { values, refused }] of outcomes) {
      const { name, type } = this.#fields[at] as Field;
      const why = refused.get(index);
      if (why !== undefined) return { field: name, ...why };
      const own = type === this.#given[at]?.type ? (row[at] ?? null) : null;
      const read = fromTransformed(type, own, values[index] ?? null);
      if ('problem' in read) return { field: name, reason: read.problem };
      cells[at] = read.text;
    }
    return { cells };
  }

  #typed(field: Field, outcome: Outcome | undefined): Field {
    if (!outcome) return field;
    const type = this.#known.get(field.name);
    if (type) return { ...field, type };
    const values = outcome.values.filter((value) => value !== undefined);
    const holds = values.every((value) => !('problem' in fromTransformed(field.type, null, value)));
    if (holds) return field;
    return { ...field, type: inferType(values), nativeType: 'json' };
  }
}
