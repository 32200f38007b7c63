import type { Connector } from '../connector.ts';
import { authorization, config, credentials, lackOf, settingsOf } from './config.ts';

export const salesforce: Connector = {
  provider: 'salesforce',
  title: 'Salesforce',
  config,
  credentials,
  lack: lackOf,
  authorization,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'cursor',
    createObject: false,
    modes: ['upsert', 'append'],
  },
  open: async (given, outside) => {
    const settings = settingsOf(given);
    const { SalesforceSession } = await import('./session.ts');
    return new SalesforceSession(settings, outside);
  },
};
