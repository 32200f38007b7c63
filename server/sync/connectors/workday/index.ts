import type { Connector } from '../connector.ts';
import { config, credentials, settingsOf } from './config.ts';

/** Is read only: what changes in Workday begins a business process there, which people approve. */
export const workday: Connector = {
  provider: 'workday',
  title: 'Workday',
  config,
  credentials,
  capabilities: {
    read: true,
    write: false,
    query: true,
    realtime: 'cursor',
    createObject: false,
    modes: [],
  },
  open: async (given, outside) => {
    const { WorkdaySession } = await import('./session.ts');
    return new WorkdaySession(settingsOf(given), outside);
  },
};
