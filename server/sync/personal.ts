import type { Ways } from '../platform/personal.ts';

/** How what the tables of Sync hold about people leaves again. */
export const personal: Ways = {
  'sync.alert': 'nobody',
  'sync.applied': 'time',
  'sync.cause': 'nobody',
  'sync.connection': 'nobody',
  'sync.connection_key': 'nobody',
  'sync.cursor_history': 'time',
  'sync.feed': 'nobody',
  'sync.following': 'nobody',
  'sync.lease': 'nobody',
  'sync.leftover': 'nobody',
  'sync.pace': 'nobody',
  'sync.own_state': 'nobody',
  'sync.own_written': 'nobody',
  'sync.private_key': 'nobody',
  'sync.refresh_token': 'time',
  'sync.rejected': 'time',
  'sync.run': 'time',
  'sync.run_log': 'time',
  'sync.sync': 'nobody',
  'sync.sync_transform': 'nobody',
  'sync.told': 'time',
  'sync.transform': 'nobody',
  'sync.trigger': 'nobody',
};
