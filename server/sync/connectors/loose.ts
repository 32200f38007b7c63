import type { FieldType } from '../values/types.ts';
import type { Field } from './connector.ts';

/** The fields of a reading, loose ones of the types that were asked for. */
export function withTypes(
  fields: readonly Field[],
  types: ReadonlyMap<string, FieldType> | undefined,
): readonly Field[] {
  if (!types || types.size === 0) return fields;
  return fields.map((field) => {
    const type = field.isLoose && types.get(field.name);
    return type ? { ...field, type } : field;
  });
}
