import { toJson } from '../values/json.ts';
import type { Json, Row } from '../values/types.ts';
import type { Field } from './connector.ts';

/** A record in its JSON form. */
export function recordOf(fields: readonly Field[], row: Row): Record<string, Json> {
  return Object.fromEntries(
    fields.map(({ name, type }, at) => [name, toJson(type, row[at] ?? null)]),
  );
}
