import { Type } from 'typebox';

/** What a connection may be configured to allow at most, from all processes together. */
export const ceilings = {
  max_requests_per_second: Type.Optional(Type.Integer({ minimum: 1 })),
  max_connections: Type.Optional(Type.Integer({ minimum: 1 })),
};
