import type { Connector } from '../connector.ts';
import { config, credentials, settingsOf } from './config.ts';

export const sap: Connector = {
  provider: 'sap',
  title: 'SAP (OData)',
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
    const { SapSession } = await import('./session.ts');
    return new SapSession(settingsOf(given), outside);
  },
};
