import Type from 'typebox';
import { Connection, Run } from './shapes.ts';

export const events = {
  'sync.completed': Run,
  'sync.failed': Run,
  'sync.paused': Run,
  'sync.alert': Type.Object({
    sync_id: Type.String(),
    alert: Type.String(),
    state: Type.Union([Type.Literal('firing'), Type.Literal('resolved')]),
  }),
  'connection.health_changed': Type.Object({
    ...Connection.properties,
    previous: Type.String(),
  }),
};
