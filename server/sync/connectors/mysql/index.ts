import { Type } from 'typebox';
import { ceilings } from '../ceilings.ts';
import type { Connector } from '../connector.ts';
import { credentialsFor, placeOf, type Reached } from '../sql/place.ts';
import { storedName } from './names.ts';

const reached: Reached = {
  title: 'MySQL and MariaDB',
  url: {
    protocol: /^(mysql|mariadb):$/,
    example: 'mysql://user:password@host:port/database',
  },
  port: 3306,
};

export const mysql: Connector = {
  provider: 'mysql',
  title: reached.title,
  config: Type.Object(ceilings, { additionalProperties: false }),
  credentials: credentialsFor(reached),
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'field',
    createObject: true,
    modes: ['upsert', 'append', 'replace', 'mirror'],
  },
  storedName: (name) => storedName(name).toLowerCase(),
  open: async ({ credentials: given }, outside) => {
    const { MysqlSession } = await import('./session.ts');
    return new MysqlSession(placeOf(reached, given), outside);
  },
};
