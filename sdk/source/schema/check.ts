/** What is wrong with a value: `records[3].name must be a string`. */
export type Wrong = string;

type Schema = Readonly<Record<string, unknown>>;
type Rule = (value: unknown, schema: Schema, path: string) => Wrong | undefined;

const typeNames: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'an integer',
  boolean: 'true or false',
  object: 'an object',
  array: 'an array',
  null: 'null',
};

/**
 * Looks whether a value is what a JSON Schema says, and answers the first thing that is not. Knows
 * `const`, `enum`, `anyOf`, `oneOf`, `allOf`, `type`, `required`, `properties`, `additionalProperties`,
 * `items` and the bounds of texts, numbers and arrays.
 */
export function checkSchema(value: unknown, schema: object, path = ''): Wrong | undefined {
  for (const rule of rules) {
    const wrong = rule(value, schema as Schema, path);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

const rules: readonly Rule[] = [
  checkConstant,
  checkVariants,
  checkType,
  checkText,
  checkNumber,
  checkArray,
  checkObject,
];

function checkConstant(value: unknown, schema: Schema, path: string): Wrong | undefined {
  const allowed = 'const' in schema ? [schema.const] : schema.enum;
  if (!Array.isArray(allowed) || allowed.includes(value)) return undefined;
  return `${called(path)} must be ${allowed.map((one) => JSON.stringify(one)).join(' or ')}`;
}

function checkVariants(value: unknown, schema: Schema, path: string): Wrong | undefined {
  for (const one of schemas(schema.allOf)) {
    const wrong = checkSchema(value, one, path);
    if (wrong !== undefined) return wrong;
  }
  const variants = schemas(schema.anyOf ?? schema.oneOf);
  const wrongs = variants.map((one) => checkSchema(value, one, path));
  if (wrongs.length === 0 || wrongs.includes(undefined)) return undefined;
  // What is wrong further inside says more than that it is not null.
  return wrongs.find((wrong) => !wrong!.startsWith(`${called(path)} must be`)) ?? wrongs[0];
}

function checkType(value: unknown, schema: Schema, path: string): Wrong | undefined {
  const types = [schema.type ?? []].flat().map(String);
  if (types.length === 0 || types.some((type) => isOfType(value, type))) return undefined;
  return `${called(path)} must be ${types.map((type) => typeNames[type] ?? type).join(' or ')}`;
}

function isOfType(value: unknown, type: string): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function checkText(value: unknown, schema: Schema, path: string): Wrong | undefined {
  if (typeof value !== 'string') return undefined;
  if (value.length < least(schema.minLength)) {
    return value === ''
      ? `${called(path)} must not be empty`
      : `${called(path)} must have at least ${schema.minLength} characters`;
  }
  if (value.length > most(schema.maxLength)) {
    return `${called(path)} must have at most ${schema.maxLength} characters`;
  }
  if (typeof schema.pattern === 'string' && !new RegExp(schema.pattern, 'u').test(value)) {
    return `${called(path)} must match ${schema.pattern}`;
  }
  return undefined;
}

function checkNumber(value: unknown, schema: Schema, path: string): Wrong | undefined {
  if (typeof value !== 'number') return undefined;
  if (value < least(schema.minimum)) return `${called(path)} must be at least ${schema.minimum}`;
  if (value > most(schema.maximum)) return `${called(path)} must be at most ${schema.maximum}`;
  return undefined;
}

function checkArray(value: unknown, schema: Schema, path: string): Wrong | undefined {
  if (!Array.isArray(value)) return undefined;
  if (value.length < least(schema.minItems)) {
    return `${called(path)} must have at least ${schema.minItems} members`;
  }
  if (value.length > most(schema.maxItems)) {
    return `${called(path)} must have at most ${schema.maxItems} members`;
  }
  if (!isObject(schema.items)) return undefined;
  for (const [index, one] of value.entries()) {
    const wrong = checkSchema(one, schema.items, `${path}[${index}]`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkObject(value: unknown, schema: Schema, path: string): Wrong | undefined {
  if (!isObject(value)) return undefined;
  const within = (name: string) => (path === '' ? name : `${path}.${name}`);
  const missing = [schema.required ?? []].flat().find((name) => value[String(name)] === undefined);
  if (missing !== undefined) return `${within(String(missing))} is required`;
  const properties = isObject(schema.properties) ? schema.properties : {};
  for (const [name, one] of Object.entries(value)) {
    if (one === undefined) continue;
    const other = schema.additionalProperties;
    const inner = Object.hasOwn(properties, name) ? properties[name] : other;
    if (inner === false) return `${within(name)} is not known`;
    const wrong = isObject(inner) ? checkSchema(one, inner, within(name)) : undefined;
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function called(path: string): string {
  return path === '' ? 'it' : path;
}

function schemas(value: unknown): object[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function least(bound: unknown): number {
  return typeof bound === 'number' ? bound : Number.NEGATIVE_INFINITY;
}

function most(bound: unknown): number {
  return typeof bound === 'number' ? bound : Number.POSITIVE_INFINITY;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
