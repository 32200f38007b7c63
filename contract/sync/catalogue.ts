import Type, { type Static, type TSchema } from 'typebox';
import { ThreadRecord } from '../messaging/records.ts';
import { Appointment, Booking } from '../scheduling/shapes.ts';
import { OrNull, ShortId, Timestamp } from '../shapes.ts';
import { events } from './events.ts';
import { Id, JsonRecord } from './shapes.ts';

const Written = Type.Object({
  sync_id: Id('sync'),
  connection_id: Type.String({ ...Id('connection'), description: 'Of the source.' }),
  object: Type.Union([Type.String(), Type.Null()], {
    description: 'Null where a query is read.',
  }),
  key: Type.Unsafe<Record<string, unknown> | null>({
    type: ['object', 'null'],
    description: 'The fields by which it is told apart; null where nothing tells records apart.',
  }),
  record: Type.Unsafe<Record<string, unknown> | null>({
    type: ['object', 'null'],
    description: 'As it was written; null where it was deleted.',
  }),
  previous: Type.Optional(JsonRecord),
});

/**
 * What is told outside of what happens: the data of each type as webhooks deliver it. The log holds
 * less of people; what it leaves out is looked up, or unsealed, for whoever may know it.
 */
export const catalogue = {
  'sync.completed': events['sync.completed'],
  'sync.failed': events['sync.failed'],
  'sync.paused': events['sync.paused'],
  'sync.alert': events['sync.alert'],
  'connection.health_changed': events['connection.health_changed'],
  'workflow.triggered': events['workflow.triggered'],
  'record.created': Written,
  'record.updated': Written,
  'record.deleted': Written,
  'booking.created': Booking,
  'booking.updated': Booking,
  'booking.deleted': Type.Object({ id: ShortId, status: Type.Literal('closed') }),
  'appointment.created': Appointment,
  'appointment.updated': Appointment,
  'appointment.cancelled': Appointment,
  'form.completed': Type.Object(
    { appointment_guid: Type.String({ format: 'uuid' }), submitted_at: Timestamp },
    { description: 'Without its answers: `GET /forms/form` has these.' },
  ),
  'thread.posted': ThreadRecord,
  'webhook.disabled': events['webhook.disabled'],
  'notice.sent': Type.Object(
    {
      message: Type.String(),
      workflow_id: OrNull(Id('workflow')),
      sync_id: OrNull(Id('sync')),
      run_id: OrNull(Type.String({ description: 'Of the workflow, or of the sync.' })),
      data: Type.Unsafe<Record<string, unknown> | null>({
        type: ['object', 'null'],
        description:
          'What the action gives in `data`; of a sync what has happened: `event`, `sync_name`, `run`, `alert`.',
      }),
    },
    { description: 'What a workflow or a sync tells this webhook, whatever its `events` say.' },
  ),
  'webhook.test': Type.Object({ webhook_id: Id('webhook'), message: Type.String() }),
} as const satisfies Record<string, TSchema>;

export type ToldType = keyof typeof catalogue;
export const toldTypes = Object.keys(catalogue) as ToldType[];

/** What is told of one type. */
export type ToldData<T extends ToldType> = Static<(typeof catalogue)[T]>;

/** Something to tell; its `type` decides the shape of its data. */
export type Told<T extends ToldType = ToldType> = T extends ToldType
  ? { readonly type: T; readonly data: ToldData<T> }
  : never;
