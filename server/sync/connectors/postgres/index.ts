import { Type } from 'typebox';
import type { Connector } from '../connector.ts';
import { credentials, placeOf } from './place.ts';

export const postgres: Connector = {
  provider: 'postgres',
  title: 'PostgreSQL',
  config: Type.Object({
    max_requests_per_second: Type.Optional(Type.Integer({ minimum: 1 })),
    max_connections: Type.Optional(Type.Integer({ minimum: 1 })),
  }),
  credentials,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: false,
    createObject: true,
    modes: ['upsert', 'append', 'replace', 'mirror'],
  },
  open: async ({ credentials: given }, outside) => {
    const { PostgresSession } = await import('./session.ts');
    return new PostgresSession(placeOf(given), outside);
  },
};
