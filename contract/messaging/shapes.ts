import Type, { type TSchema } from 'typebox';

export const blocksMax = 50;
export const blockLengthMax = 500;
export const messageLengthMax = 10_000;
export const nameLengthMax = 80;

/** Success, as every endpoint answers it. */
export const Ok = Type.Object({ ok: Type.Literal(true) });

/** Success with something to show. */
export const OkWith = <S extends TSchema>(result: S) =>
  Type.Object({ ok: Type.Literal(true), result });

/** This API's own words for errors that other APIs name differently. */
export const messagingWords = {
  unauthorized: 'invalid_auth',
  missing_scope: 'not_allowed',
  forbidden: 'not_allowed',
  too_many_requests: 'rate_limited',
  idempotency_mismatch: 'invalid_request',
} as const;

/** Threads, comments, channels, users and files: 11 digits, out of one number space. */
export const LongId = Type.String({ pattern: '^[1-9]\\d{10}$', examples: ['34518178493'] });

/** The same in a request, where clients also send it as a number. */
export const AnyLongId = Type.Unsafe<string | number>({
  type: ['string', 'integer'],
  minLength: 1,
  maxLength: 64,
  description: 'Eleven digits, as text or as a number.',
});

export const Uuid = Type.String({ format: 'uuid' });

/** A block as existing clients send it: its text, or an object around the text. */
export const Block = Type.Unsafe<string | { type?: string; text: { text: string } }>({
  type: ['string', 'object'],
  maxLength: blockLengthMax,
  required: ['text'],
  properties: {
    type: { type: 'string', maxLength: 100 },
    text: {
      type: 'object',
      required: ['text'],
      properties: { text: { type: 'string', maxLength: blockLengthMax } },
    },
  },
  description: `At most ${blockLengthMax} characters (Unicode code points), with formatting.`,
});

export const Blocks = Type.Array(Block, { minItems: 1, maxItems: blocksMax });
