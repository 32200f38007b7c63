import type { Description, Field, Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import type { Definition } from '../syncs/definition.ts';
import type { FieldType } from '../values/types.ts';

/** The types of the fields of a destination by name; none where it is made by the run. */
export type KnownTypes = ReadonlyMap<string, FieldType>;

/** Whether the destination has a field of this name, as systems meet names: without case, and cut. */
export function hasPlace(known: KnownTypes, name: string): boolean {
  if (Buffer.byteLength(name) > uncutBytes) return true;
  return [...known.keys()].some((one) => one.toLowerCase() === name.toLowerCase());
}

/** No system keeps less of a name. */
const uncutBytes = 60;

type Described = Pick<Description, 'fields' | 'key'>;

/**
 * What the destination's fields are, where the source or a transform gives values without a type: a
 * base64 text becomes the bytes of a bytea, not its letters.
 */
export async function typesAt(
  destination: Session,
  { destination: { object }, transforms, field_mappings }: Definition,
  { fields }: Described,
): Promise<KnownTypes> {
  const hasCode = transforms.length > 0 || field_mappings.some(({ transform }) => transform);
  if (!hasCode && !fields.some(({ isLoose }) => isLoose)) return new Map();
  try {
    const known = await destination.describe(object);
    return new Map(known.fields.map(({ name, type }) => [name, type]));
  } catch (error) {
    if (error instanceof ConnectorError && error.kind !== 'retry') return new Map();
    throw error;
  }
}

/** Loose fields of the types that they have at the destination, unless something stands in between. */
export function readAs(source: Described, definition: Definition, known: KnownTypes): Described {
  const { field_mappings, transforms } = definition;
  if (known.size === 0 || transforms.length > 0) return source;
  const typed = ({ name }: Field): FieldType | undefined => {
    const mappings = field_mappings.filter((one) => one.source === name);
    if (mappings.some(({ transform, protect }) => transform || protect)) return undefined;
    const types = mappings.map((one) => known.get(one.destination));
    if (field_mappings.length === 0) return holding(known.get(name));
    return new Set(types.map((type) => JSON.stringify(type))).size === 1
      ? holding(types[0])
      : undefined;
  };
  const fields = source.fields.map((field) => {
    const type = field.isLoose && typed(field);
    return type ? { ...field, type } : field;
  });
  return { ...source, fields };
}

/** Whole numbers stay what they are: the destination says itself what it does not hold. */
function holding(type: FieldType | undefined): FieldType | undefined {
  return type && !['int2', 'int4', 'int8'].includes(type.kind) ? type : undefined;
}
