import Type from 'typebox';
import { Timestamp } from '../shapes.ts';
import { Connection, Id, Run, SyncAlert } from './shapes.ts';

/**
 * A record that a sync has written or deleted. What it is of is sealed, so that the log holds nothing
 * that people could be known by; it goes when what it tells of is forgotten.
 */
const RecordTold = Type.Object({
  sync_id: Id('sync'),
  /** Of the source; `object` is null where a query is read. */
  connection_id: Id('connection'),
  object: Type.Union([Type.String(), Type.Null()]),
  /** Whom it tells of, where the source knows: `patient 17`. */
  about: Type.Optional(Type.String()),
  sealed: Type.Optional(Type.String()),
});

/** A run, and what its sync was called then. */
const RunTold = Type.Object({ ...Run.properties, sync_name: Type.String() }, { title: 'RunTold' });

export const events = {
  'sync.completed': RunTold,
  'sync.failed': RunTold,
  'sync.paused': RunTold,
  'sync.alert': SyncAlert,
  'record.created': RecordTold,
  'record.updated': RecordTold,
  'record.deleted': RecordTold,
  'connection.health_changed': Type.Object({
    ...Connection.properties,
    previous: Type.String(),
  }),
  'workflow.triggered': Type.Object({
    workflow_id: Id('workflow'),
    run_id: Id('workflow_run'),
    trigger: Type.Object({
      id: Type.Union([Id('trigger'), Type.Null()]),
      type: Type.String(),
    }),
  }),
  'webhook.disabled': Type.Object({
    webhook_id: Id('webhook'),
    reason: Type.String(),
    disabled_at: Timestamp,
  }),
};
