import type { TSchema } from 'typebox';
import type { ObjectRecord, ProductObject } from '../../../platform/objects.ts';
import { fromJson } from '../../values/json.ts';
import type { Cell, FieldType, Json, Row } from '../../values/types.ts';
import type { Unread } from '../batch.ts';
import type { Description, Field } from '../connector.ts';

/** What is new is found by the log of what happened, whatever the fields of a record say. */
export const cursorField = 'event';

type Shape = {
  type?: string | readonly string[];
  anyOf?: readonly Shape[];
  const?: unknown;
  format?: string;
  maximum?: number;
  items?: Shape;
};

export function describe({ name, shape, key, insert, update }: ProductObject): Description {
  const given = { ...update?.given.properties, ...insert?.given.properties };
  const names = [...new Set([...Object.keys(shape.properties), ...Object.keys(given)])];
  const fields = names.map((member) =>
    fieldOf(member, shape.properties[member], given[member], member === key),
  );
  return { name, fields, key: [key], cursorFields: [cursorField], cursor: cursorField };
}

function fieldOf(name: string, read?: TSchema, given?: TSchema, isKey = false): Field {
  const schema = (read ?? given) as Shape;
  const type = typeOf(schema);
  return {
    name,
    type,
    ...(read && given ? { givenType: typeOf(given as Shape) } : {}),
    nativeType: 'type' in schema ? [schema.type].flat().join(' or ') : 'any',
    isNullable: !isKey,
    isWritable: given !== undefined,
  };
}

/** The type of what a schema allows: the API's numbers, times and texts. */
function typeOf(schema: Shape): FieldType {
  const { anyOf, items, format, maximum } = schema;
  const forms = anyOf?.filter(({ type }) => type !== 'null');
  if (forms) {
    const [only] = forms;
    if (only && forms.length === 1) return typeOf(only);
    return { kind: forms.every((one) => isText(one)) ? 'text' : 'jsonb' };
  }
  const types = [schema.type ?? []].flat().filter((one) => one !== 'null');
  if (types.includes('string') && types.length > 1) {
    return { kind: types.includes('object') || types.includes('array') ? 'jsonb' : 'text' };
  }
  switch (types[0]) {
    case 'string':
      return { kind: kindOf(format) };
    case 'integer':
      return { kind: maximum === Number.MAX_SAFE_INTEGER ? 'int8' : 'int4' };
    case 'boolean':
      return { kind: 'boolean' };
    case 'array':
      return items && isText(items) ? { kind: 'array', of: { kind: 'text' } } : { kind: 'jsonb' };
    default:
      return { kind: 'jsonb' };
  }
}

const isText = ({ type, const: value }: Shape) => type === 'string' || typeof value === 'string';

function kindOf(format: string | undefined) {
  if (format === 'date-time') return 'timestamptz';
  return format === 'date' || format === 'uuid' ? format : 'text';
}

/** The cells of a record, or why it has none. */
export function rowOf(
  { members, subject }: ObjectRecord,
  fields: readonly Field[],
): { row: Row } | { unread: Unread } {
  const row: Cell[] = [];
  for (const { name, type } of fields) {
    const reading = fromJson(type, (members[name] ?? null) as Json);
    if (!('text' in reading)) {
      const source = { ...members } as Record<string, Json>;
      return { unread: { row: [], field: name, reason: reading.problem, source, subject } };
    }
    row.push(reading.text);
  }
  return { row };
}
