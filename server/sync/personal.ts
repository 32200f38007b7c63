import type { Ways } from '../platform/personal.ts';

/** How what the tables of Sync hold about people leaves again. */
export const personal: Ways = {
  'sync.connection': 'nobody',
  'sync.connection_key': 'nobody',
  'sync.private_key': 'nobody',
  'sync.refresh_token': 'time',
  'sync.transform': 'nobody',
};
