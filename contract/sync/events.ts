import Type from 'typebox';
import { Connection, Run } from './shapes.ts';

export const events = {
  'sync.completed': Run,
  'sync.failed': Run,
  'sync.paused': Run,
  'connection.health_changed': Type.Object({
    ...Connection.properties,
    previous: Type.String(),
  }),
};
