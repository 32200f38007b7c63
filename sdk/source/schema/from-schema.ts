/** A JSON Schema as it is written in code, or made by TypeBox. */
export type JsonSchema = object;

/**
 * The type of what a JSON Schema allows. Reads `const`, `enum`, `anyOf`, `oneOf`, `allOf`, `type`,
 * `properties` with `required`, and `items`; all else is `unknown`.
 */
export type FromSchema<S> = S extends { const: infer V }
  ? V
  : S extends { enum: readonly (infer V)[] }
    ? V
    : S extends { anyOf: readonly (infer U)[] }
      ? FromSchema<U>
      : S extends { oneOf: readonly (infer U)[] }
        ? FromSchema<U>
        : S extends { allOf: readonly (infer U)[] }
          ? Intersection<U>
          : S extends { type: readonly (infer T)[] }
            ? OfType<T, S>
            : S extends { type: infer T }
              ? OfType<T, S>
              : unknown;

type OfType<T, S> = T extends 'string'
  ? string
  : T extends 'number' | 'integer'
    ? number
    : T extends 'boolean'
      ? boolean
      : T extends 'null'
        ? null
        : T extends 'array'
          ? ArrayOf<S>
          : T extends 'object'
            ? ObjectOf<S>
            : unknown;

type ArrayOf<S> = S extends { items: infer I } ? FromSchema<I>[] : unknown[];

type ObjectOf<S> = S extends { properties: infer P }
  ? Flat<
      { [K in keyof P as K extends RequiredOf<S> ? K : never]: FromSchema<P[K]> } & {
        [K in keyof P as K extends RequiredOf<S> ? never : K]?: FromSchema<P[K]> | undefined;
      }
    >
  : S extends { additionalProperties: infer A extends object }
    ? Record<string, FromSchema<A>>
    : Record<string, unknown>;

type RequiredOf<S> = S extends { required: readonly (infer R)[] } ? R : never;

type Flat<T> = { -readonly [K in keyof T]: T[K] };

type Intersection<U> = (U extends unknown ? (one: FromSchema<U>) => void : never) extends (
  all: infer I,
) => void
  ? I
  : never;
