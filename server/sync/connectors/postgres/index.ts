import { Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Connector } from '../connector.ts';
import { credentialsFor, placeOf, type Reached } from '../sql/place.ts';
import { storedName } from './names.ts';

const reached: Reached = {
  title: 'PostgreSQL',
  url: {
    protocol: /^postgres(ql)?:$/,
    example: 'postgres://user:password@host:port/database',
  },
  port: 5432,
};

export const postgres: Connector = {
  provider: 'postgres',
  title: reached.title,
  config: Type.Object(
    { ...ceilings, max_lag_bytes: Type.Optional(Type.Integer({ minimum: 2 ** 20 })) },
    { additionalProperties: false },
  ),
  credentials: credentialsFor(reached),
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'feed',
    createObject: true,
    modes: ['upsert', 'append', 'replace', 'mirror'],
  },
  storedName,
  open: async ({ credentials: given }, outside) => {
    const { PostgresSession } = await import('./session.ts');
    return new PostgresSession(placeOf(reached, given), outside);
  },
};
