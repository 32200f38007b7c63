import Type from 'typebox';
import { endpoint } from '../endpoint.ts';
import { Timestamp } from '../shapes.ts';

const NullableText = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const CompletedForm = Type.Object(
  {
    appointment_guid: Type.String({ format: 'uuid' }),
    ipv4: NullableText,
    ipv6: NullableText,
    user_agent: NullableText,
    submitted_at: Timestamp,
    pdf: Type.Object({
      boundary: Type.Null(),
      preamble: Type.Null(),
      epilogue: Type.Null(),
      charset: Type.Literal('US-ASCII'),
      part_sort_order: Type.Array(Type.String()),
      parts: Type.Array(Type.String()),
      raw_source: Type.String({ description: 'The PDF, in base64.' }),
      encoding: Type.Literal('base64'),
    }),
    json: Type.Object(
      { appointment_guid: Type.String({ format: 'uuid' }) },
      {
        additionalProperties: Type.String(),
        description: 'The answers, by the name of the field.',
      },
    ),
  },
  { title: 'CompletedForm' },
);

export const forms = {
  listFormGuids: endpoint({
    method: 'GET',
    path: '/forms/form_guids',
    summary: 'List the completed forms',
    description:
      'The GUIDs of the appointments whose form was completed at `since` or later, in that order. ' +
      'Given as the next `since`, X-Next-Since misses and repeats nothing.',
    scope: 'forms/get',
    query: Type.Object({
      since: Type.String({
        minLength: 1,
        maxLength: 100,
        description: 'ISO 8601 with an offset; at most one month ago.',
      }),
    }),
    status: 200,
    answer: Type.Object({ appointment_guids: Type.Array(Type.String({ format: 'uuid' })) }),
    answerHeaders: {
      'X-Next-Since':
        'Use it as the next `since`. Everything earlier has been returned; nothing earlier will appear.',
    },
    errors: ['invalid_request'],
  }),
  getForm: endpoint({
    method: 'GET',
    path: '/forms/form',
    summary: 'Get a completed form',
    description: 'Also after its appointment was cancelled.',
    scope: 'forms/get',
    query: Type.Object({ appointment_guid: Type.String({ minLength: 1, maxLength: 64 }) }),
    status: 200,
    answer: CompletedForm,
    errors: ['invalid_request', 'not_found'],
  }),
};
