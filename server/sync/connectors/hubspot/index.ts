import type { Connector } from '../connector.ts';
import { authorization, config, credentials, settingsOf } from './config.ts';

export const hubspot: Connector = {
  provider: 'hubspot',
  title: 'HubSpot',
  config,
  credentials,
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
    const { HubspotSession } = await import('./session.ts');
    return new HubspotSession(settingsOf(given), outside);
  },
};
