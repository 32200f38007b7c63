import { runInNewContext } from 'node:vm';
import { Ajv, type ErrorObject, type Options } from 'ajv';
import formats from 'ajv-formats';

type Schema = Readonly<Record<string, unknown>>;

const charactersMax = 32 * 1024;
/** Of all patterns together: some take years for a text of thirty characters. */
const patternMilliseconds = 100;
/** With these a schema of some lines can take as long as its author likes. */
const references = ['$ref', '$dynamicRef', '$recursiveRef', '$id', '$anchor', '$dynamicAnchor'];

/** What is wrong with a schema of somebody; undefined when nothing is. */
export function complaintAbout(schema: Schema): string | undefined {
  if (JSON.stringify(schema).length > charactersMax) {
    return `is longer than ${charactersMax} characters.`;
  }
  if (schema.type !== 'object') return 'must have the type "object".';
  const reference = findReference(schema);
  if (reference !== undefined) return `must be written out: ${reference} is not taken.`;
  try {
    careful({ validateSchema: true }).compile(plain(schema));
    return undefined;
  } catch (error) {
    const [line = ''] = String(error instanceof Error ? error.message : error).split('\n');
    return `is no JSON Schema: ${line.slice(0, 200)}.`;
  }
}

/** What of a value does not fit a schema of somebody: the first fault. */
export function faultsOf(schema: Schema, value: unknown): ErrorObject[] {
  if (JSON.stringify(value)?.length > charactersMax) {
    const message = `must not be longer than ${charactersMax} characters`;
    return [fault('maxLength', message)];
  }
  try {
    const check = careful({ validateSchema: false }).compile(plain(schema));
    return check(value) ? [] : (check.errors ?? []);
  } catch {
    return [fault('schema', 'cannot be compared with the schema of the extension')];
  }
}

function fault(keyword: string, message: string): ErrorObject {
  return { keyword, message, instancePath: '', schemaPath: '', params: {} };
}

function plain({ $schema: _, ...schema }: Schema): Schema {
  return schema;
}

function careful(options: Options): Ajv {
  let left = patternMilliseconds;
  const matchesInTime = (pattern: RegExp, text: string): boolean => {
    const timeout = Math.ceil(left);
    if (timeout <= 0) return false;
    const begun = performance.now();
    try {
      return runInNewContext('pattern.test(text)', { pattern, text }, { timeout });
    } catch {
      return false;
    } finally {
      left -= performance.now() - begun;
    }
  };
  const regExp = (text: string, flags: string) => {
    const pattern = new RegExp(text, flags);
    return {
      test: (value: string) => matchesInTime(pattern, value),
      toString: () => String(pattern),
    };
  };
  const code = { regExp: Object.assign(regExp, { code: 'bounded' }) };
  const ajv = new Ajv({ strict: false, logger: false, ...options, code });
  formats.default(ajv, { mode: 'fast' });
  // It compares each with each.
  ajv.removeKeyword('uniqueItems');
  return ajv;
}

function findReference(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (references.includes(name)) return name;
    const found = findReference(member);
    if (found !== undefined) return found;
  }
  return undefined;
}
