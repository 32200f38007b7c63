import type { Field } from '../connectors/connector.ts';
import { decodeCell } from '../connectors/copy-cells.ts';
import { encodeCell } from '../connectors/copy-text.ts';
import type { Rejected } from '../connectors/field.ts';
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
    const isInPlace = isAsGiven && retyped.length === 0 && untold.length === 0;
    if (isInPlace && steps.every(isPlaced)) return this.#inPlace(steps, { values, names });
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

  /** Where only cells that were there are others: the rest of the line is taken as it is. */
  #inPlace(
    steps: readonly Placed[],
    { values, names }: Pick<Group, 'values' | 'names'>,
  ): (line: string, nth: number) => string | Refused {
    const ordered = [...steps].sort((one, other) => one.at - other.at);
    const keys = new Set(this.#keyPlaces);
    return (line, nth) => {
      const own = { values, first: nth * names.length };
      let [made, taken, place, start] = ['', 0, 0, 0];
      for (const step of ordered) {
        for (; place < step.at; place += 1) start = line.indexOf('\t', start) + 1;
        const tab = line.indexOf('\t', start);
        const end = tab < 0 ? line.length : tab;
        const before = line.slice(start, end);
        const cell = cellOf(step, before, own);
        if (typeof cell === 'object') return cell;
        if (cell !== before && keys.has(step.at)) this.movesKeys = true;
        made += line.slice(taken, start) + cell;
        taken = end;
      }
      return made + line.slice(taken);
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

type Placed = Step & { at: number; type: FieldType };
type Values = { values: readonly Json[]; first: number };

function isPlaced(step: Step): step is Placed {
  return step.at !== undefined && step.type !== undefined;
}

function change(cells: string[], steps: readonly Step[], own: Values): Refused | undefined {
  for (const step of steps) {
    if (!isPlaced(step)) {
      if (valueIn(step, own) === null) continue;
      if (!isName(step.name)) return { reason: nameless };
      // Its name may be made of the record.
      return { reason: `A field ${unknown}`, said: `${step.name} ${unknown}` };
    }
    const cell = cellOf(step, cells[step.at] as string, own);
    if (typeof cell === 'object') return cell;
    cells[step.at] = cell;
  }
  return undefined;
}

function cellOf(step: Placed, before: string, own: Values): string | Refused {
  const { name, type, isOwn } = step;
  const read = fromTransformed(type, isOwn ? decodeCell(before) : null, valueIn(step, own));
  return 'problem' in read ? { field: name, reason: read.problem } : encodeCell(read.text);
}

function valueIn({ nth }: Step, { values, first }: Values): Json {
  return nth === undefined ? null : (values[first + nth] ?? null);
}

const absent = '\\N';
const nameless =
  'A field that a transform made has an empty name, or one with a NUL or half of a surrogate pair.';
const unknown = 'came out of a transform and of none of the first batch; it has no place.';
