import { Type } from 'typebox';
import type { Connector } from '../connector.ts';

export const sqlite: Connector = {
  provider: 'sqlite',
  title: 'SQLite',
  config: Type.Object(
    // A file of this machine has no ceilings.
    { path: Type.String({ description: 'Of the file, below the folder of the organization' }) },
    { additionalProperties: false },
  ),
  credentials: Type.Object({}, { additionalProperties: false }),
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'field',
    createObject: true,
    modes: ['upsert', 'append', 'replace', 'mirror'],
  },
  storedName: (name) => name.toLowerCase(),
  open: async ({ config }, outside) => {
    const { SqliteSession } = await import('./session.ts');
    return new SqliteSession(String(config.path), outside);
  },
};
