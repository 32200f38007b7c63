import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import {
  Body,
  Id,
  JsonRecord,
  ListQuery,
  listHeaders,
  Name,
  OptionalName,
  PathOf,
} from './shapes.ts';

const Kind = Type.Union([Type.Literal('javascript'), Type.Literal('jsonata')]);
const Code = Type.String({ minLength: 1, maxLength: 100_000 });

export const Transform = Type.Object(
  {
    id: Id('transform'),
    name: Type.String(),
    type: Kind,
    code: Type.String(),
    version: Type.Integer({ description: 'Grows with every change of type or code.' }),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Transform' },
);

const tidying =
  "module.exports = (record) => ({ ...record, phone: record.phone?.replace(/[^0-9]/g, '') });";
const changes = { name: OptionalName, type: Optionally(Kind), code: Optionally(Code) };
const one = { params: PathOf('transform') };

export const transforms = {
  createTransform: endpoint({
    method: 'POST',
    path: '/v1/transforms',
    summary: 'Create a transform',
    description:
      'JavaScript assigns `module.exports = (record) => record`: null drops the record, an array makes ' +
      'several. JSONata is an expression over the record. Each record has 100 ms and 64 MiB; no ' +
      '`require`, no network. A syntax error is a 400 with line and column.',
    scope: 'transforms/post',
    outside: true,
    idempotent: true,
    body: Body({ name: Name, type: Kind, code: Code }),
    example: { name: 'Tidy phones', type: 'javascript', code: tidying },
    status: 201,
    answer: Transform,
    errors: ['invalid_request'],
  }),
  listTransforms: endpoint({
    method: 'GET',
    path: '/v1/transforms',
    summary: 'List transforms',
    description: 'Newest first.',
    scope: 'transforms/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Transform),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  getTransform: endpoint({
    method: 'GET',
    path: '/v1/transforms/:transform',
    summary: 'Get a transform',
    description: 'With its code.',
    scope: 'transforms/get',
    ...one,
    status: 200,
    answer: Transform,
    errors: ['not_found'],
  }),
  putTransform: endpoint({
    method: 'PUT',
    path: '/v1/transforms/:transform',
    summary: 'Change a transform',
    description:
      'Changes the members that are given. A run goes on with the code that it began with. The code of one ' +
      'that is used is changed by those who may read what it is given.',
    scope: 'transforms/put',
    outside: true,
    ...one,
    body: Body(changes),
    example: { name: 'Tidy phone numbers' },
    status: 200,
    answer: Transform,
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
  patchTransform: endpoint({
    method: 'PATCH',
    path: '/v1/transforms/:transform',
    summary: 'Change members of a transform',
    description: 'As PUT.',
    scope: 'transforms/patch',
    outside: true,
    ...one,
    body: Body(changes),
    example: { name: 'Tidy phone numbers' },
    status: 200,
    answer: Transform,
    errors: ['invalid_request', 'not_found', 'forbidden'],
  }),
  deleteTransform: endpoint({
    method: 'DELETE',
    path: '/v1/transforms/:transform',
    summary: 'Delete a transform',
    description: 'Refused while a sync uses it.',
    scope: 'transforms/delete',
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'in_use'],
  }),
  testTransform: endpoint({
    method: 'POST',
    path: '/v1/transforms/:transform/test',
    summary: 'Try a transform on some records',
    description: 'A 200 also when records fail: each result has its own error.',
    scope: 'transforms/post',
    outside: true,
    ...one,
    body: Body({ records: Type.Array(JsonRecord, { minItems: 1, maxItems: 100 }) }),
    example: { records: [{ id: '1', phone: '(217) 555-0123' }] },
    status: 200,
    answer: Type.Object({
      results: Type.Array(
        Type.Object({
          index: Type.Integer(),
          records: Type.Array(JsonRecord),
          error: OrNull(Type.String()),
        }),
      ),
      console: Type.Array(Type.String()),
      duration_ms: Type.Integer(),
    }),
    errors: ['invalid_request', 'not_found'],
  }),
};
