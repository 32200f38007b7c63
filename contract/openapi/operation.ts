import type { TObject, TSchema } from 'typebox';
import type { Api, Endpoint } from '../endpoint.ts';
import type { ErrorAnswer } from './errors.ts';
import { errorHeadersOf, headersOf } from './headers.ts';
import type { Schemas } from './schemas.ts';
import { securityOf } from './security.ts';

const json = 'application/json';

/** One operation of the document: a method of a path. */
export type Part = {
  name: string;
  tag: string;
  /** The endpoint's path, or one of its aliases. */
  path: string;
  endpoint: Endpoint;
  errors: ErrorAnswer[];
  /** The media types of the body; by default JSON, and a form where the endpoint takes one. */
  mediaTypes?: readonly string[];
};

export function operation(api: Api, part: Part, schemas: Schemas): object {
  const { name, tag, endpoint } = part;
  const body = endpoint.body ?? endpoint.form;
  return {
    operationId: name,
    tags: [tag],
    ...wordsOf(part),
    parameters: [
      ...parametersIn('path', endpoint.params, schemas),
      ...parametersIn('query', endpoint.query, schemas),
      ...(endpoint.idempotent ? [idempotencyKey] : []),
    ],
    ...(body ? { requestBody: requestBody(body, part, schemas) } : {}),
    ...(endpoint.rawBytesMax ? { requestBody: rawBody } : {}),
    responses: responses(part, schemas),
    security: securityOf(api, endpoint),
  };
}

export function pathOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function wordsOf({ path, endpoint }: Part): object {
  const { summary, description } = endpoint;
  if (path === endpoint.path) return { summary, ...(description ? { description } : {}) };
  const spelling = `Another spelling of \`${pathOf(endpoint.path)}\`.`;
  return {
    summary: `${summary} (other path)`,
    description: description ? `${spelling} ${description}` : spelling,
    // Who reads the reference needs one of them.
    'x-internal': true,
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'A text of your choice. For 24 hours a repeated call with the same key, path, query and body ' +
    'answers what the first one answered, and nothing is done twice; another call under that key ' +
    'is a 400.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

function parametersIn(place: 'path' | 'query', shape: TObject | undefined, schemas: Schemas) {
  const properties: Record<string, TSchema> = shape?.properties ?? {};
  const required: readonly string[] = shape?.required ?? [];
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = schemas.write(property) as { description?: string };
    const isList = 'type' in schema && schema.type === 'array';
    return {
      name: isList ? `${name}[]` : name,
      in: place,
      ...(place === 'path' || required.includes(name) ? { required: true } : {}),
      ...(description ? { description } : {}),
      ...(isList ? { style: 'form', explode: true } : {}),
      schema,
    };
  });
}

function requestBody(body: TSchema, { endpoint, mediaTypes }: Part, schemas: Schemas): object {
  const types = mediaTypes ?? [
    endpoint.form ? 'multipart/form-data' : json,
    ...(endpoint.formEncoded ? ['application/x-www-form-urlencoded'] : []),
  ];
  const schema = schemas.write(body);
  const example = endpoint.example ? { example: endpoint.example } : {};
  // One without a member that is required may be left out.
  const required = endpoint.form !== undefined || !('properties' in body) || 'required' in body;
  return {
    required,
    content: Object.fromEntries(types.map((type) => [type, { schema, ...example }])),
  };
}

const rawBody = {
  required: true,
  content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
};

function responses({ endpoint, errors }: Part, schemas: Schemas): object {
  const answer =
    endpoint.status === 204
      ? { description: 'Done.' }
      : response('The answer.', headersOf(endpoint), endpoint.answer, schemas);
  const refusals = errors.map(({ status, lines, schema }) => [
    status,
    response(lines.join('\n\n'), errorHeadersOf(endpoint, status), schema, schemas),
  ]);
  return { [endpoint.status]: answer, ...Object.fromEntries(refusals) };
}

function response(description: string, headers: object, answer: TSchema, schemas: Schemas): object {
  return {
    description,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    content: { [json]: { schema: schemas.write(answer) } },
  };
}
