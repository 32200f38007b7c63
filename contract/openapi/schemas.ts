import type { TSchema } from 'typebox';

type Json = Readonly<Record<string, unknown>>;

/** Writes schemas of the contract into a document; those that have a title become components. */
export class Schemas {
  readonly named: Record<string, object> = {};

  write(schema: TSchema): object {
    return this.#copy(schema) as object;
  }

  #copy(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#copy(one));
    if (typeof value !== 'object' || value === null) return value;
    const members = Object.entries(value).map(([name, member]) => [name, this.#copy(member)]);
    const copy = withEnum(Object.fromEntries(members));
    if (typeof copy.title !== 'string' || !('type' in copy)) return copy;
    this.named[copy.title] = copy;
    return { $ref: `#/components/schemas/${copy.title}` };
  }
}

/** A union of texts reads better, and generates better code, as an enumeration. */
function withEnum(schema: Json): Json {
  const { anyOf, ...rest } = schema;
  if (!Array.isArray(anyOf) || !anyOf.every((one) => typeof one?.const === 'string')) return schema;
  return { type: 'string', enum: anyOf.map((one) => one.const), ...rest };
}
