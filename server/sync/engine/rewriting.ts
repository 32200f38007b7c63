import type { Field, Rejected } from '../connectors/connector.ts';
import { decodeCell } from '../connectors/copy-cells.ts';
import { encodeCell } from '../connectors/copy-text.ts';
import { fromTransformed, toJson } from '../values/json.ts';
import type { FieldType, Json } from '../values/types.ts';
import { type Group, isName } from './changes.ts';

type Refused = Omit<Rejected, 'index'>;

/** One of the cells that are made another; `nth`: of a record's values, undefined: it is gone. */
type Step = {
  name: string;
  at: number | undefined;
  type: FieldType | undefined;
  /** Whether it was of the same type. */
  isOwn: boolean;
  nth: number | undefined;
};

/** Makes lines of COPY of what transforms made of other lines. */
export class Rewriting {
  readonly #given: readonly Field[];
  readonly #fields: readonly Field[];
  readonly #places: ReadonlyMap<string, number>;
  readonly #keyPlaces: readonly number[];
  /** The places of fields that hold something else than they did. */
  readonly #retyped: readonly number[];
  /** Whether records came out under another key than they went in with. */
  movesKeys = false;

  /** The places of what is written, where some of it is not. */
  readonly #kept: readonly number[] | undefined;
  readonly #leftPlaces: readonly number[];

  /** `left`: the names of fields that the destination has no place for, and no record a value. */
  constructor(
    given: readonly Field[],
    fields: readonly Field[],
    { key, left }: { key: readonly string[]; left: ReadonlySet<string> },
  ) {
    const kept = [...fields.keys()].filter((at) => !left.has(fields[at]?.name ?? ''));
    if (left.size > 0) this.#kept = kept;
    this.#leftPlaces = [...given.keys()].filter((at) => left.has(given[at]?.name ?? ''));
    this.#given = given;
    this.#fields = fields;
    this.#places = new Map(kept.map((at) => [fields[at]?.name ?? '', at]));
    this.#keyPlaces = key.map((name) => given.findIndex((field) => field.name === name));
    this.#retyped = [...given.keys()].filter((at) => fields[at]?.type !== given[at]?.type);
  }

  /** What makes the line of a group's nth record of the one that it was. */
  of({ names, gone, values }: Group): (line: string, nth: number) => string | Refused {
    const steps = [...names, ...gone].map((name, nth) => {
      return this.#stepOf(name, nth < names.length ? nth : undefined);
    });
    const retyped = this.#retyped.filter((at) => !steps.some((step) => step.at === at));
    const isAsGiven = this.#fields.length === this.#given.length && !this.#kept;
    if (steps.length === 0 && retyped.length === 0 && isAsGiven) return (line) => line;
    const untold = this.#leftPlaces.filter((at) => {
      return (
        !names.includes(this.#given[at]?.name ?? '') && !gone.includes(this.#given[at]?.name ?? '')
      );
    });
    const touched = new Set([...steps.map(({ at }) => at), ...retyped]);
    const keyPlaces = this.#keyPlaces.filter((place) => touched.has(place));
    return (line, nth) => {
      const cells = line.split('\t');
      const key = keyPlaces.map((place) => cells[place]);
      while (cells.length < this.#fields.length) cells.push(absent);
      const own = { values, first: nth * names.length };
      const refused =
        this.#refuseLeft(cells, untold) ??
        change(cells, steps, own) ??
        this.#retype(cells, retyped);
      if (refused) return refused;
      this.movesKeys ||= keyPlaces.some((place, at) => cells[place] !== key[at]);
      return (this.#kept?.map((at) => cells[at]) ?? cells).join('\t');
    };
  }

  /** A value that the others had no more when it was seen which fields there are. */
  #refuseLeft(cells: readonly string[], places: readonly number[]): Refused | undefined {
    const at = places.find((place) => cells[place] !== absent);
    if (at === undefined) return undefined;
    return { field: this.#given[at]?.name ?? '', reason: `The field ${unknown}` };
  }

  #stepOf(name: string, nth: number | undefined): Step {
    const at = this.#places.get(name);
    const type = at === undefined ? undefined : this.#fields[at]?.type;
    return { name, at, type, nth, isOwn: at !== undefined && type === this.#given[at]?.type };
  }

  /** What no transform touched, where its field holds something else than it did. */
  #retype(cells: string[], places: readonly number[]): Refused | undefined {
    for (const at of places) {
      const [given, { name, type }] = [this.#given[at], this.#fields[at]] as [Field, Field];
      const json = toJson(given.type, decodeCell(cells[at] as string));
      const read = fromTransformed(type, null, json);
      if ('problem' in read) return { field: name, reason: read.problem };
      cells[at] = encodeCell(read.text);
    }
    return undefined;
  }
}

function change(
  cells: string[],
  steps: readonly Step[],
  { values, first }: { values: readonly Json[]; first: number },
): Refused | undefined {
  for (const { name, at, type, isOwn, nth } of steps) {
    const value = nth === undefined ? null : (values[first + nth] ?? null);
    if (at === undefined || type === undefined) {
      if (value === null) continue;
      if (!isName(name)) return { reason: nameless };
      // Its name may be made of the record.
      return { reason: `A field ${unknown}`, said: `${name} ${unknown}` };
    }
    const read = fromTransformed(type, isOwn ? decodeCell(cells[at] as string) : null, value);
    if ('problem' in read) return { field: name, reason: read.problem };
    cells[at] = encodeCell(read.text);
  }
  return undefined;
}

const absent = '\\N';
const nameless =
  'A field that a transform made has an empty name, or one with a NUL or half of a surrogate pair.';
const unknown = 'came out of a transform and of none of the first batch; it has no place.';
