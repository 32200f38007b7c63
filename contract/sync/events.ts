import Type from 'typebox';
import { Connection, Run, SyncAlert } from './shapes.ts';

export const events = {
  'sync.completed': Run,
  'sync.failed': Run,
  'sync.paused': Run,
  'sync.alert': SyncAlert,
  'connection.health_changed': Type.Object({
    ...Connection.properties,
    previous: Type.String(),
  }),
};
