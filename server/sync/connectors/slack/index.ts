import type { Connector } from '../connector.ts';
import { authorization, config, credentials, settingsOf } from './config.ts';

export const slack: Connector = {
  provider: 'slack',
  title: 'Slack',
  config,
  credentials,
  authorization,
  capabilities: {
    read: true,
    write: true,
    query: true,
    realtime: 'cursor',
    createObject: false,
    modes: ['append', 'upsert'],
  },
  open: async (given, outside) => {
    const { SlackSession } = await import('./session.ts');
    return new SlackSession(settingsOf(given), outside);
  },
};
