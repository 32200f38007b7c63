import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Optionally, OrNull } from '../shapes.ts';
import { Body, FilterText, JsonRecord, OneOf, PathOf, SystemName } from './shapes.ts';

export const operations = ['insert', 'upsert', 'update', 'delete'] as const;

export const data = {
  queryData: endpoint({
    method: 'POST',
    path: '/v1/data/:connection/query',
    summary: 'Read records of a connected system',
    description:
      'A page of records; `next_cursor` of the answer leads to the next one. A `filter` with a syntax ' +
      'error is a 400 that names the position.',
    scope: 'data/post',
    outside: true,
    params: PathOf('connection'),
    body: Body({
      object: SystemName,
      fields: Optionally(Type.Array(SystemName, { maxItems: 1_000 })),
      filter: Optionally(FilterText),
      order_by: Optionally(
        Type.Unsafe<string | string[]>({
          type: ['string', 'array'],
          maxLength: 1_000,
          maxItems: 10,
          items: { type: 'string', maxLength: 1_000 },
          description: 'Names of fields, each with ` desc` where it falls.',
        }),
      ),
      limit: Optionally(
        Type.Integer({ minimum: 1, maximum: 1_000, description: '100 by default.' }),
      ),
      cursor: Optionally(Type.String({ maxLength: 10_000 })),
    }),
    example: {
      object: 'public.orders',
      fields: ['id', 'status', 'total'],
      filter: "status IN ('open', 'late') AND total > 100",
      order_by: 'total desc',
      limit: 20,
    },
    status: 200,
    answer: Type.Object({
      records: Type.Array(JsonRecord),
      next_cursor: OrNull(Type.String()),
    }),
    errors: ['invalid_request', 'not_found', 'upstream_error'],
  }),
  writeData: endpoint({
    method: 'POST',
    path: '/v1/data/:connection/write',
    summary: 'Write records to a connected system',
    description: 'Each record has its own result; a 200 also when some, or all, were refused.',
    scope: 'data/post',
    outside: true,
    idempotent: true,
    params: PathOf('connection'),
    body: Body({
      object: SystemName,
      operation: OneOf(operations),
      key: Optionally(
        Type.Unsafe<string | string[]>({
          type: ['string', 'array'],
          maxLength: 1_000,
          maxItems: 20,
          items: { type: 'string', maxLength: 1_000 },
          description: "By default the object's own key.",
        }),
      ),
      records: Type.Array(JsonRecord, { minItems: 1, maxItems: 1_000 }),
    }),
    example: {
      object: 'public.orders',
      operation: 'upsert',
      key: ['id'],
      records: [{ id: '1001', status: 'paid', total: '49.90' }],
    },
    status: 200,
    answer: Type.Object({
      results: Type.Array(
        Type.Object({
          index: Type.Integer(),
          status: Type.Union([Type.Literal('ok'), Type.Literal('error')]),
          id: OrNull(
            Type.String({
              description:
                'The value of the key, also of one that the system has made; of several fields with commas.',
            }),
          ),
          error: OrNull(Type.String()),
        }),
      ),
      succeeded: Type.Integer(),
      failed: Type.Integer(),
    }),
    errors: ['invalid_request', 'not_found', 'upstream_error'],
  }),
};
