import { editsBetween } from '../conventions/names.ts';
import type { FieldType } from '../values/types.ts';
import type { FilterField, Operand } from './checked.ts';
import { failure } from './failures.ts';
import type { FieldName } from './filter.ts';

const nearMax = 3;
/** Longer names are not compared letter by letter. */
const lengthMax = 100;

/** The fields of an object, found by the names that filters call them. */
export class Fields {
  readonly #fields: readonly FilterField[];
  readonly #exact: Map<string, number>;
  readonly #folded: Map<string, number[]>;

  constructor(fields: readonly FilterField[]) {
    this.#fields = fields;
    this.#exact = new Map(fields.map(({ name }, index) => [name, index]));
    this.#folded = Map.groupBy(fields.keys(), (index) => fields[index]!.name.toLowerCase());
  }

  /**
   * A field of the whole name, dots and all; else the field of the first parts, when it holds JSON,
   * and the way into it. Names match exactly, else without case where that leaves one.
   * @throws AppError 400 that names the near ones
   */
  find({ parts, place }: FieldName): Operand {
    const names = parts.length === 1 ? parts[0]!.split('.') : parts;
    for (let taken = names.length; taken > 0; taken -= 1) {
      const index = this.#indexOf(names.slice(0, taken).join('.'));
      if (index === undefined) continue;
      const { name, type } = this.#fields[index]!;
      const path = names.slice(taken);
      if (path.length === 0 || isJson(type))
        return { field: name, index, type, path, within: type };
    }
    const name = parts.join('.');
    const near = this.#near(name);
    const hint = near.length > 0 ? `; near are ${near.join(', ')}` : '';
    throw failure(place, `there is no field ${shown(name)}${hint}`);
  }

  #indexOf(name: string): number | undefined {
    const exact = this.#exact.get(name);
    if (exact !== undefined) return exact;
    const alike = this.#folded.get(name.toLowerCase()) ?? [];
    return alike.length === 1 ? alike[0] : undefined;
  }

  #near(name: string): string[] {
    if (name.length > lengthMax) return [];
    const wanted = name.toLowerCase();
    const far = Math.max(2, Math.floor(name.length / 3));
    return this.#fields
      .filter((field) => field.name.length <= lengthMax)
      .map((field) => ({ name: field.name, steps: editsBetween(wanted, field.name.toLowerCase()) }))
      .filter(({ steps }) => steps <= far)
      .sort((a, b) => a.steps - b.steps)
      .slice(0, nearMax)
      .map((one) => one.name);
  }
}

function isJson({ kind }: FieldType): boolean {
  return kind === 'json' || kind === 'jsonb';
}

function shown(name: string): string {
  return name.length > lengthMax ? `${name.slice(0, lengthMax)}…` : name;
}
