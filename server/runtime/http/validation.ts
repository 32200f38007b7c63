import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import { isAddress } from '../addresses.ts';
import { AppError, type FieldError, invalid } from '../errors.ts';
import { depthMax } from './json.ts';
import { splitLists } from './query.ts';

// The schemas are our own: checking them takes longer than compiling them.
const ours = { strict: false, validateSchema: false };
const options = { ...ours, removeAdditional: false, useDefaults: false };

/**
 * Bodies are taken as they are; in paths and queries everything is text, and is converted to its
 * type.
 */
const readers = (allErrors: boolean) => ({
  exact: withFormats(new Ajv({ ...options, allErrors, coerceTypes: false })),
  coercing: withFormats(new Ajv({ ...options, allErrors, coerceTypes: 'array' })),
});

/** Most requests are valid; one that is not is checked again, for all that is wrong with it. */
const checking = readers(false);
const explaining = readers(true);

const formattedLengthMax = 1_000;

/** No regular expression runs on a text that is far too long for its format. */
function withFormats(ajv: Ajv): Ajv {
  formats.default(ajv);
  for (const [name, format] of Object.entries(ajv.formats)) {
    if (!(format instanceof RegExp)) continue;
    const validate = (text: string) => text.length <= formattedLengthMax && format.test(text);
    ajv.addFormat(name, { type: 'string', validate });
  }
  ajv.addFormat('idn-email', { type: 'string', validate: isAddress });
  return ajv;
}

/**
 * Checks requests against the contract, so that a refusal names each field and its rule. A schema
 * is compiled when it is first needed: all of them together take a fifth of a second.
 */
export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  const reading = httpPart === 'body' ? 'exact' : 'coercing';
  let check: ValidateFunction | undefined;
  let explain: ValidateFunction | undefined;
  return (data) => {
    check ??= checking[reading].compile(schema);
    if (httpPart === 'querystring') splitLists(schema, data);
    const isFitting = check(data);
    const unfit = isFitting ? findUnfit(data) : undefined;
    if (isFitting && !unfit) return { value: data };
    // An id in a path that no row can have is not found.
    if (httpPart === 'params') return { error: new AppError('not_found') };
    if (unfit) return { error: unfit };
    explain ??= explaining[reading].compile(schema);
    explain(data);
    return { error: refusal(explain.errors ?? []) };
  };
};

type Part = { name: string; value: unknown; parent?: Part; depth: number };

/**
 * What JSON can express and PostgreSQL cannot store: NUL, half of a surrogate pair, endless
 * nesting.
 */
function findUnfit(body: unknown): AppError | undefined {
  const parts: Part[] = [{ name: '', value: body, depth: 0 }];
  for (let part = parts.pop(); part; part = parts.pop()) {
    const { name, value, depth } = part;
    if (depth > depthMax) return invalid('body', `must not be nested deeper than ${depthMax}.`);
    if (isUnfit(name)) return invalid('body', 'must not have a name with NUL or a lone surrogate.');
    if (isUnfit(value)) return invalid(pathOf(part), 'must not contain NUL or a lone surrogate.');
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      parts.push({ name: key, value: member, parent: part, depth: depth + 1 });
    }
  }
  return undefined;
}

function isUnfit(value: unknown): boolean {
  return typeof value === 'string' && (value.includes('\0') || !value.isWellFormed());
}

function pathOf({ name, parent }: Part): string {
  return parent?.parent ? `${pathOf(parent)}.${name}` : name || 'body';
}

const errorsMax = 20;
/** A union fails once for each of its alternatives. */
const problemsMax = 5 * errorsMax;

function refusal(problems: readonly ErrorObject[]): AppError {
  const fields = unique(worthSaying(problems).map(explain)).slice(0, errorsMax);
  const [first] = fields;
  return new AppError('invalid_request', {
    message: first ? `${first.field}: ${first.message}` : 'The request is invalid.',
    fields,
  });
}

/** The first few problems; of a list that is too long, only that it is. */
function worthSaying(problems: readonly ErrorObject[]): ErrorObject[] {
  const long = problems.filter(({ keyword }) => keyword === 'maxItems');
  const within = long.map(({ instancePath }) => `${instancePath}/`);
  const said: ErrorObject[] = [];
  for (const problem of problems) {
    if (said.length === problemsMax) break;
    if (!within.some((path) => problem.instancePath.startsWith(path))) said.push(problem);
  }
  return said;
}

function explain(problem: ErrorObject): FieldError {
  const path = problem.instancePath.split('/').slice(1).map(unescapePointer);
  if (problem.keyword === 'required') path.push(String(problem.params.missingProperty));
  if (problem.keyword === 'additionalProperties') {
    path.push(String(problem.params.additionalProperty));
  }
  return { field: path.join('.') || 'body', message: rule(problem), constraint: problem.keyword };
}

const counted = {
  minLength: 'characters',
  maxLength: 'characters',
  minItems: 'elements',
  maxItems: 'elements',
};

function rule({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required.';
    case 'additionalProperties':
      return 'is not part of this request.';
    case 'type':
      return `must be ${[params.type].flat().join(' or ')}.`;
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}.`;
    case 'enum':
      return `must be one of ${params.allowedValues.join(', ')}.`;
    case 'minLength':
    case 'minItems':
      return params.limit === 1
        ? 'must not be empty.'
        : `must have at least ${params.limit} ${counted[keyword]}.`;
    case 'maxLength':
    case 'maxItems':
      return `must have at most ${params.limit} ${counted[keyword]}.`;
    case 'pattern':
      return params.pattern === '\\S' ? 'must not be blank.' : `must match ${params.pattern}.`;
    case 'format':
      return params.format === 'idn-email'
        ? 'must be an e-mail address.'
        : `must be a ${params.format}.`;
    default:
      return `${message}.`;
  }
}

/** A union of constants fails once for each of them; one sentence is enough. */
function unique(fields: FieldError[]): FieldError[] {
  const byField = Map.groupBy(fields, ({ field }) => field);
  return [...byField].map(([field, problems]) => {
    const message = oneSentence(problems.map((one) => one.message));
    const said = problems.find((one) => one.message === message) ?? (problems[0] as FieldError);
    return { ...said, field, message };
  });
}

function oneSentence(messages: string[]): string {
  const constants = messages.flatMap((one) => /^must be "(.*)"\.$/.exec(one)?.[1] ?? []);
  if (constants.length > 1) return `must be one of ${constants.join(', ')}.`;
  return messages.find((one) => !one.startsWith('must match a schema')) ?? (messages[0] as string);
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
