import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { type Api, type Endpoint, wordOf } from '../../../../contract/endpoint.ts';
import { type ErrorCode, errors } from '../../../../contract/errors.ts';

const ajv = new Ajv({ allErrors: true, strict: false });
formats.default(ajv);
const compiled = new WeakMap<object, ValidateFunction>();

export type Received = { status: number; headers: Headers; body: unknown };

/** Errors that any request can meet, whatever endpoint it reaches. */
const anywhere: readonly ErrorCode[] = [
  'method_not_allowed',
  'payload_too_large',
  'unsupported_media_type',
];

/** What is wrong with an answer by the contract; undefined when nothing is. */
export function misfit(api: Api, endpoint: Endpoint, answer: Received): string | undefined {
  const { status, body, headers } = answer;
  if (status === 204) return body === '' ? undefined : 'a 204 with a body';
  const expected = status === endpoint.status ? endpoint.answer : api.error;
  const problem = problemOf(expected, body) ?? (headersProblem(answer) || undefined);
  if (problem) return `${status} ${problem}: ${JSON.stringify(body)?.slice(0, 500)}`;
  if (status === endpoint.status) return undefined;
  const slug = wordIn(answer);
  if (requestIdIn(answer) !== headers.get('x-request-id'))
    return 'another request_id than x-request-id';
  const codes = [...api.commonErrors, ...(endpoint.errors ?? []), ...anywhere];
  const promised = codes.some(
    (code) => errors[code].status === status && wordOf(api, code) === slug,
  );
  return promised ? undefined : `${status} ${slug} is no error that the contract promises`;
}

type Told = {
  error?: string | { code?: string; request_id?: string };
  status?: string;
  request_id?: string;
};

/** The word for what was wrong, in whatever form the API has. */
export function wordIn({ body }: Received): string | undefined {
  const { error, status } = body as Told;
  return status ?? (typeof error === 'object' ? error.code : error);
}

export function requestIdIn({ body }: Received): string | undefined {
  const { error, request_id } = body as Told;
  return typeof error === 'object' ? error.request_id : request_id;
}

/** Whether a schema takes a value. */
export function takes(schema: object, value: unknown): boolean {
  return problemOf(schema, value) === undefined;
}

function headersProblem({ status, headers }: Received): string {
  if (!/^application\/json(;|$)/.test(headers.get('content-type') ?? '')) return 'is no JSON';
  if (status === 401 && !headers.has('www-authenticate')) return 'has no WWW-Authenticate';
  if (status === 405 && !headers.has('allow')) return 'has no Allow';
  return headers.has('x-request-id') ? '' : 'has no x-request-id';
}

function problemOf(schema: object, value: unknown): string | undefined {
  const validate = compiled.get(schema) ?? ajv.compile(closed(schema));
  compiled.set(schema, validate);
  if (validate(value)) return undefined;
  return (validate.errors ?? [])
    .map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
    .join('; ');
}

/** The same schema, which takes no members that it does not name. */
function closed(schema: object): object {
  const members = Object.entries(schema).map(([key, value]) => [key, closedValue(value)]);
  const copy = Object.fromEntries(members) as { type?: string; additionalProperties?: unknown };
  if (copy.type === 'object') copy.additionalProperties ??= false;
  return copy;
}

function closedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closedValue);
  return typeof value === 'object' && value !== null ? closed(value) : value;
}
