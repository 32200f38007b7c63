import Type, { type TSchema } from 'typebox';
import { OrNull } from '../shapes.ts';
import { operations } from './data.ts';
import { AnyJson, JsonObject, JsonRecord, OneOf } from './shapes.ts';

// What this server and an extension say to each other: over HTTP as `POST <url>/<call>`, in an isolate
// as the argument and the answer of the function of that name. Answers may have members of their own,
// which nobody reads.

/** What a field may be, in the words of PostgreSQL; `name(n)`, `name(n,m)` and `name[]` as well. */
export const fieldTypes = [
  'boolean',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double precision',
  'numeric',
  'text',
  'character varying',
  'character',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'interval',
  'uuid',
  'json',
  'jsonb',
  'bytea',
] as const;

export const conditionOperators = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'LIKE',
  'IN',
  'IS NULL',
  'IS NOT NULL',
] as const;

/** What every call knows of the connection that it is made for. */
const call = {
  config: JsonObject,
  credentials: JsonObject,
};

const Text = Type.String({ minLength: 1, maxLength: 1_000 });
const Cursor = Type.String({ minLength: 1, maxLength: 10_000 });

export const ExtensionCondition = Type.Object({
  field: Text,
  operator: OneOf(conditionOperators),
  value: Type.Optional(
    Type.Unsafe<unknown>({
      ...AnyJson,
      description: 'In the JSON form of its field; for IN an array; for IS NULL there is none.',
    }),
  ),
});

const page = {
  object: Text,
  fields: OrNull(Type.Array(Text, { description: 'Those that are needed; null: all.' })),
  filter: Type.Array(ExtensionCondition, {
    description:
      'All of them hold for what is asked for; none: everything. It saves work: records for which they ' +
      'do not hold may come as well, since the server looks again.',
  }),
  cursor: OrNull(
    Type.String({ description: '`next_cursor` of the page before; null: from the beginning.' }),
  ),
  limit: Type.Integer({ minimum: 1, maximum: 10_000, description: 'At most so many records.' }),
};

export const ExtensionPage = Type.Object({
  records: Type.Array(JsonRecord),
  next_cursor: Type.Optional(
    OrNull(Type.String({ ...Cursor, description: 'Without it this was the last page.' })),
  ),
});

export const ExtensionField = Type.Object({
  name: Text,
  type: Type.String({
    minLength: 1,
    maxLength: 200,
    description: 'One of `fieldTypes`.',
    examples: ['text', 'numeric(10,2)', 'timestamptz'],
  }),
  label: Type.Optional(OrNull(Type.String({ maxLength: 1_000 }))),
  nullable: Type.Optional(Type.Boolean({ description: 'true where it is not said.' })),
  writable: Type.Optional(Type.Boolean({ description: 'true where it is not said.' })),
});

export const ExtensionObject = Type.Object({
  name: Text,
  label: Type.Optional(OrNull(Type.String({ maxLength: 1_000 }))),
  fields: Type.Array(ExtensionField, { minItems: 1, maxItems: 2_000 }),
  key: Type.Optional(
    Type.Array(Text, { maxItems: 20, description: 'The fields by which records are told apart.' }),
  ),
  cursor_fields: Type.Optional(
    Type.Array(Text, {
      maxItems: 100,
      description:
        'The fields that grow with every change: what is new is asked for by a condition `>=` on one.',
    }),
  ),
});

export const ExtensionResult = Type.Object({
  index: Type.Integer({ minimum: 0, description: 'Of the record in the request.' }),
  status: OneOf(['ok', 'error']),
  id: Type.Optional(
    Type.Union([Type.String(), Type.Number(), Type.Null()], {
      description: 'Of the record there; a number is taken as its text.',
    }),
  ),
  error: Type.Optional(OrNull(Type.String({ description: 'What is wrong with this record.' }))),
});

/**
 * The calls, with their requests and answers. A request has all members that are named here. `check`,
 * `discover` and one of `read` and `write` is the least that an extension answers.
 */
export const extensionProtocol = {
  check: {
    request: Type.Object(call),
    answer: Type.Object({
      ok: Type.Boolean({ description: 'The credentials work.' }),
      message: Type.Optional(
        OrNull(Type.String({ description: 'What is wrong, or what to know of the system.' })),
      ),
    }),
  },
  discover: {
    request: Type.Object(call),
    answer: Type.Object({ objects: Type.Array(ExtensionObject, { maxItems: 10_000 }) }),
  },
  read: {
    request: Type.Object({ ...call, ...page }),
    answer: ExtensionPage,
  },
  /** As `read`, for people who wait for one page, in an order of theirs. */
  query: {
    request: Type.Object({
      ...call,
      ...page,
      order_by: Type.Array(Type.Object({ field: Text, descending: Type.Boolean() })),
    }),
    answer: ExtensionPage,
  },
  write: {
    request: Type.Object({
      ...call,
      object: Text,
      operation: OneOf(operations),
      key: Type.Array(Text, { description: 'The fields by which records there are found.' }),
      records: Type.Array(JsonRecord, { minItems: 1, maxItems: 10_000 }),
      idempotency_key: OrNull(
        Type.String({
          description: 'A request that comes again with the same one must not write again.',
        }),
      ),
    }),
    answer: Type.Object({
      results: Type.Array(ExtensionResult, { description: 'One for each record of the request.' }),
    }),
  },
} as const satisfies Record<string, { request: TSchema; answer: TSchema }>;
export type ExtensionCall = keyof typeof extensionProtocol;

/**
 * The body of an answer with a status from 400 on. 400: this can never be done (there is no such
 * object); 401, 403: not with these credentials; 429, with `Retry-After`, and from 500 on: later. A
 * function in an isolate throws an error with `status`, and `retryAfterSeconds` with 429.
 */
export const ExtensionFailure = Type.Object({
  error: Type.Object({ message: Type.String() }),
});

/** What is said of an extension when it is registered. */
export const ExtensionManifest = Type.Object({
  config_schema: Type.Optional(JsonObject),
  credentials_schema: Type.Optional(JsonObject),
  capabilities: Type.Optional(
    Type.Object({
      read: Type.Optional(Type.Boolean()),
      write: Type.Optional(Type.Boolean()),
      query: Type.Optional(Type.Boolean()),
      operations: Type.Optional(
        Type.Array(OneOf(operations), {
          maxItems: operations.length,
          description: 'Of `write`; all where it is not said.',
        }),
      ),
    }),
  ),
  hosts: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
      maxItems: 100,
      description:
        'Where `fetch` of a bundle may go: `api.example.com`, with a port where it is not that of ' +
        'https; `*.example.com`: all names below it.',
    }),
  ),
});
