import { ApiFailure } from './failures.ts';
import type { FieldKind, SimulatedField, SimulatedObject } from './objects.ts';
import type { Org, Value } from './org.ts';

/** What became of a record that was written. */
export type Saved = {
  readonly id?: string;
  readonly success: boolean;
  readonly created?: boolean;
  readonly errors: readonly { statusCode: string; message: string; fields: readonly string[] }[];
};

export type Operation = 'insert' | 'update' | 'upsert' | 'delete';
export type Given = Readonly<Record<string, unknown>>;

const shapes: Partial<Record<FieldKind, RegExp>> = {
  int: /^-?\d{1,10}$/,
  double: /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/,
  currency: /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/,
  time: /^\d\d:\d\d:\d\d(\.\d+)?Z?$/,
  boolean: /^(true|false|1|0)$/i,
  email: /^[^@\s]+@[^@\s]+\.[^@\s]+$/,
};

/** Writes one record as the API does; what is wrong with it is its own. */
export function save(
  org: Org,
  object: SimulatedObject,
  operation: Operation,
  given: Given,
  keyField = 'Id',
): Saved {
  try {
    return saveOrThrow(org, object, operation, given, keyField);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { code: statusCode, message, fields } = error;
    return { success: false, errors: [{ statusCode, message, fields }] };
  }
}

/** What is no value of its field's type is no record at all, as JSON. @throws ApiFailure */
export function requireReadable(object: SimulatedObject, given: Given): void {
  for (const { name, kind } of object.fields) {
    const value = given[name];
    const shape = kind === 'email' ? undefined : shapes[kind];
    if (value === null || value === undefined || !shape) continue;
    const text = JSON.isRawJSON(value) ? value.rawJSON : String(value);
    if (shape.test(text)) continue;
    throw new ApiFailure(400, 'JSON_PARSER_ERROR', `Cannot deserialize ${kind} from ${text}`);
  }
}

class Refusal extends Error {
  readonly code: string;
  readonly fields: readonly string[];

  constructor(code: string, message: string, fields: readonly string[] = []) {
    super(message);
    this.code = code;
    this.fields = fields;
  }
}

function saveOrThrow(
  org: Org,
  object: SimulatedObject,
  operation: Operation,
  given: Given,
  keyField: string,
): Saved {
  const isKey = (name: string) => name.toLowerCase() === keyField.toLowerCase();
  const members = Object.entries(given).filter(([name]) => !/^(attributes|type)$/.test(name));
  const key = members.find(([name]) => isKey(name))?.[1];
  if (operation === 'insert') return insert(org, object, valuesOf(object, members));
  const isById = isKey('Id');
  const known = isById ? byId(org, object, key) : byKey(org, object, keyField, key);
  if (operation === 'delete') {
    if (known === undefined) throw deleted();
    org.delete(object, known);
    return { id: known, success: true, errors: [] };
  }
  const values = valuesOf(
    object,
    members.filter(([name]) => !isById || !isKey(name)),
  );
  if (known === undefined && (operation === 'update' || isById)) throw deleted();
  if (known === undefined) return insert(org, object, values);
  requireFields(object, { ...org.find(object.name, known), ...values });
  requireUnique(org, object, values, known);
  org.update(object, known, values);
  return {
    id: known,
    success: true,
    ...(operation === 'upsert' && { created: false }),
    errors: [],
  };
}

function insert(org: Org, object: SimulatedObject, values: Record<string, Value>): Saved {
  requireFields(object, values);
  requireUnique(org, object, values, undefined);
  const { Id } = org.insert(object, values);
  return { id: String(Id), success: true, created: true, errors: [] };
}

function deleted(): Refusal {
  return new Refusal('ENTITY_IS_DELETED', 'entity is deleted');
}

function byId(org: Org, object: SimulatedObject, key: unknown): string | undefined {
  if (typeof key !== 'string' || !/^\w{15}(\w{3})?$/.test(key)) {
    throw new Refusal('MALFORMED_ID', `Id: id value of incorrect type: ${String(key)}`, ['Id']);
  }
  return org.find(object.name, key)?.Id as string | undefined;
}

function byKey(org: Org, object: SimulatedObject, name: string, key: unknown): string | undefined {
  const field = object.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
  if (!field?.isExternalId) {
    const message = `Provided external ID field does not exist or is not accessible: ${name}`;
    throw new ApiFailure(404, 'NOT_FOUND', message);
  }
  if (key === null || key === undefined || key === '') {
    throw new Refusal('MISSING_ARGUMENT', `${field.name} not specified`);
  }
  return holderOf(org, object, field, String(key));
}

/** Values of a key are one without regard to case. */
function holderOf(
  org: Org,
  object: SimulatedObject,
  { name }: SimulatedField,
  key: string,
): string | undefined {
  const folded = key.toLowerCase();
  const found = org.all(object.name).find((one) => String(one[name]).toLowerCase() === folded);
  return found?.Id as string | undefined;
}

function requireUnique(
  org: Org,
  object: SimulatedObject,
  values: Record<string, Value>,
  own: string | undefined,
): void {
  for (const field of object.fields.filter(({ isUnique }) => isUnique)) {
    const value = values[field.name] ?? null;
    const holder = value === null ? undefined : holderOf(org, object, field, String(value));
    if (holder === undefined || holder === own) continue;
    const message = `duplicate value found: ${field.name} duplicates value on record with id: ${holder}`;
    throw new Refusal('DUPLICATE_VALUE', message, []);
  }
}

function requireFields(object: SimulatedObject, values: Readonly<Record<string, Value>>): void {
  const missing = object.fields
    .filter(({ name, isRequired }) => isRequired && (values[name] ?? null) === null)
    .map(({ name }) => name);
  if (missing.length === 0) return;
  const message = `Required fields are missing: [${missing.join(', ')}]`;
  throw new Refusal('REQUIRED_FIELD_MISSING', message, missing);
}

function valuesOf(object: SimulatedObject, members: readonly [string, unknown][]) {
  const values: Record<string, Value> = {};
  for (const [name, value] of members) {
    const field = object.fields.find((one) => one.name.toLowerCase() === name.toLowerCase());
    if (!field) {
      const message = `No such column '${name}' on sobject of type ${object.name}`;
      throw new Refusal('INVALID_FIELD', message, [name]);
    }
    if (field.isOwn) {
      const message = `Unable to create/update fields: ${field.name}.`;
      throw new Refusal('INVALID_FIELD_FOR_INSERT_UPDATE', message, [field.name]);
    }
    values[field.name] = readValue(field, value);
  }
  return values;
}

/** Texts are kept without the blanks around them, times to the second. */
function readValue({ name, kind, length = 0 }: SimulatedField, value: unknown): Value {
  if (value === null || value === undefined || value === '')
    return kind === 'boolean' ? false : null;
  const text = (JSON.isRawJSON(value) ? value.rawJSON : String(value)).trim();
  const shape = shapes[kind];
  if (shape && !shape.test(text)) {
    const code = kind === 'email' ? 'INVALID_EMAIL_ADDRESS' : 'JSON_PARSER_ERROR';
    throw new Refusal(code, `${name}: invalid value of type ${kind}: ${text}`, [name]);
  }
  if (length > 0 && text.length > length) {
    const message = `${name}: data value too large: ${text.slice(0, 20)} (max length=${length})`;
    throw new Refusal('STRING_TOO_LONG', message, [name]);
  }
  if (kind === 'boolean') return /^(true|1)$/i.test(text);
  if (kind === 'time')
    return `${text.replace(/Z$/, '').padEnd(9, '.').padEnd(12, '0').slice(0, 12)}Z`;
  if (kind !== 'datetime') return text;
  const at = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2')).getTime();
  return new Date(Math.floor(at / 1000) * 1000).toISOString();
}
