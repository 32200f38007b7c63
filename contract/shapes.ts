import Type, { type TSchema } from 'typebox';

/** The short form of an id, as answers show it: letters only, so that it never reads as a number. */
export const ShortId = Type.String({ pattern: '^[A-Za-z]{5,}$', examples: ['kfXbQ'] });

/** The integer form of an id. */
export const IntegerId = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

/** An id in a body: the short string or the integer. */
export const AnyId = Type.Unsafe<string | number>({
  type: ['string', 'integer'],
  minLength: 1,
  maxLength: 64,
  description: 'The short string or the integer; both name the same row.',
});

/** An id in a path: the short string or the digits of the integer. */
export const PathId = Type.String({
  minLength: 1,
  maxLength: 64,
  description: 'The short string or the integer; both name the same row.',
});

export const Timestamp = Type.String({
  format: 'date-time',
  description: 'UTC, with milliseconds.',
  examples: ['2026-05-04T22:17:39.072Z'],
});

/** An optional member of a request, for which `null` means "not given". */
export const OptionalText = (options: { maxLength: number; description?: string }) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], ...options }));

/** An optional member; `null` means "not given". */
export const Optionally = <S extends TSchema>(schema: S) =>
  Type.Optional(Type.Union([schema, Type.Null()]));

/** A member that every answer has; null where there is no value. */
export const OrNull = <S extends TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** The error format of the messaging API, the website's and the platform's. */
export const ErrorInWords = Type.Object({
  ok: Type.Literal(false),
  error: Type.String({ description: 'One word for the error.' }),
  message: Type.String({ description: 'What to do.' }),
  request_id: Type.String(),
});

/** The query of a list that is answered whole, or in pages when `limit` is given. */
export const SinceQuery = Type.Object({
  since: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'Only what came at this instant or later, in the order of its creation: ISO 8601 with an ' +
        'offset. A "+" that was not encoded is understood. Without it, everything.',
      examples: ['2026-11-05T08:15:30-05:00'],
    }),
  ),
  updated_since: Type.Optional(
    Type.String({
      maxLength: 100,
      description:
        'In place of `since`: only what was changed last at this instant or later, in the order of ' +
        'these changes, each as it is now. What is new counts as changed.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'Answers in pages of this many; the Link header leads to the next one.',
    }),
  ),
  cursor: Type.Optional(
    Type.String({
      maxLength: 200,
      description:
        'Goes on where an answer ended: its X-Next-Cursor, at any later time. It knows whether ' +
        'that was a poll by `since` or by `updated_since`.',
    }),
  ),
});

/** The headers of such a list. */
export const sinceHeaders = {
  'X-Next-Cursor':
    'Given as `cursor`, at once or later, it answers exactly what this answer does not have yet.',
  Link: 'rel="next": the next page, when `limit` was given.',
};

/** What holds for such a list. */
export const sinceDescription =
  'Streamed however many they are. Nothing appears later behind what was answered, so `since` with ' +
  'the newest `created_at` that was seen misses nothing (its last millisecond comes again), and ' +
  'the cursor misses and repeats nothing.';
