import type { Connector } from '../connector.ts';
import { config, credentials, settingsOf } from './config.ts';
import { folded } from './names.ts';

export const snowflake: Connector = {
  provider: 'snowflake',
  title: 'Snowflake',
  config,
  credentials,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'field',
    createObject: true,
    modes: ['upsert', 'append', 'replace'],
  },
  storedName: folded,
  open: async (given, outside) => {
    const settings = settingsOf(given);
    const { SnowflakeSession } = await import('./session.ts');
    return new SnowflakeSession(settings, outside);
  },
};
