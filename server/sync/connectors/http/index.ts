import type { Connector } from '../connector.ts';
import { config, settingsOf } from './config.ts';
import { credentials } from './credentials.ts';

export const http: Connector = {
  provider: 'http',
  title: 'REST API',
  config,
  credentials,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'cursor',
    createObject: false,
    modes: ['upsert', 'append'],
  },
  open: async (given, outside) => {
    const { HttpSession } = await import('./session.ts');
    return new HttpSession(settingsOf(given), outside);
  },
};
