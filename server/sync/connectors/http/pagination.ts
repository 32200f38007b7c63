import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
const name = Type.Optional(Type.String({ minLength: 1 }));
const size = {
  size_param: name,
  size: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
};

export const pagination = Type.Union([
  Type.Object({ type: Type.Literal('none') }, closed),
  Type.Object(
    {
      type: Type.Literal('page'),
      param: name,
      start: Type.Optional(Type.Integer({ minimum: 0 })),
      ...size,
    },
    closed,
  ),
  Type.Object({ type: Type.Literal('offset'), param: name, ...size }, closed),
  Type.Object(
    {
      type: Type.Literal('cursor'),
      param: name,
      /** Where the next one stands: in the body, or in a header. */
      path: name,
      header: name,
      ...size,
    },
    closed,
  ),
  Type.Object({ type: Type.Literal('link'), ...size }, closed),
  Type.Object({ type: Type.Literal('next_url'), path: name, ...size }, closed),
]);

export type Pagination = Static<typeof pagination>;
