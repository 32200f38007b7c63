import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import { Destination, modes, Percent, Source, settings } from './settings.ts';
import {
  AnyJson,
  aliasOf,
  Body,
  Id,
  JsonObject,
  JsonRecord,
  ListQuery,
  listHeaders,
  OneOf,
  OptionalName,
  PathOf,
  warning,
} from './shapes.ts';

const Shown = Type.Object({
  connection_id: Type.String(),
  object: OrNull(Type.String()),
});

export const Sync = Type.Object(
  {
    id: Id('sync'),
    name: Type.String(),
    source: Type.Object({ ...Shown.properties, query: OrNull(Type.String()) }),
    destination: Type.Object({
      ...Shown.properties,
      table: OrNull(Type.String()),
      delete: OneOf(['hard', 'mark']),
      metadata: Type.Boolean(),
    }),
    schedule: Type.String(),
    timezone: Type.String(),
    field_mappings: Type.Array(JsonObject),
    filters: Type.Array(AnyJson),
    mode: Type.Union([OneOf(modes), Type.Null()], {
      description: 'Null as long as only the source knows whether there is a key.',
    }),
    key: OrNull(Type.Array(Type.String())),
    cursor_field: OrNull(Type.String()),
    cursor_overlap: OrNull(Type.Integer()),
    transforms: Type.Array(Type.String()),
    batch_size: OrNull(Type.Integer()),
    max_delete_percent: Percent,
    on_error: OneOf(['continue', 'fail']),
    on_schema_change: OneOf(['ignore', 'add', 'pause']),
    alerts: Type.Object({
      failed_runs: OrNull(Type.Integer()),
      rejected_percent: OrNull(Percent),
      no_success_for: OrNull(Type.Integer()),
      rows_deviation_percent: OrNull(Type.Number()),
      notify: Type.Array(JsonObject),
    }),
    firing: Type.Array(Type.Object(warning), { description: 'What `alerts` warns of just now.' }),
    enabled: Type.Boolean(),
    status: OneOf(
      ['pending', 'running', 'completed', 'failed', 'stopped'],
      'Also "running" while its run is paused and waits for somebody: see `pause` of the run. "stopped" while it is ' +
        'disabled, or its run in realtime was cancelled.',
    ),
    lag: Type.Union(
      [
        Type.Object({
          seconds: OrNull(Type.Number({ description: 'Null as long as it has read nothing.' })),
          bytes: OrNull(
            Type.Integer({ description: 'Of the log of the source, from what is written on.' }),
          ),
          slot: OrNull(Type.String({ description: 'The replication slot at the source.' })),
          wal_status: OrNull(
            Type.String({
              description: 'What PostgreSQL says of the slot, in pg_replication_slots.',
            }),
          ),
        }),
        Type.Null(),
      ],
      {
        description:
          'Of a sync in realtime, how far it is behind its source. Where that is asked again and again: ' +
          'how long ago all was read that was new; the other members are null.',
      },
    ),
    records_synced: Type.Integer(),
    recordsSynced: Type.Integer(),
    skipped_ticks: Type.Integer({
      description: 'Times of the schedule at which a run was active.',
    }),
    last_run_at: OrNull(Timestamp),
    next_run_at: OrNull(Timestamp),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Sync' },
);

const one = { params: PathOf('sync') };

/** `next_run_at` and the position of a sync are its own: changing it never moves the position. */
export const syncs = {
  listSyncs: endpoint({
    method: 'GET',
    path: '/v1/syncs',
    aliases: aliasOf('/v1/syncs'),
    summary: 'List syncs',
    description: 'Newest first.',
    scope: 'syncs/get',
    query: ListQuery,
    status: 200,
    answer: Type.Array(Sync),
    answerHeaders: listHeaders,
    errors: ['invalid_request'],
  }),
  createSync: endpoint({
    method: 'POST',
    path: '/v1/syncs',
    aliases: aliasOf('/v1/syncs'),
    summary: 'Create a sync',
    description:
      'From an object of one connection to an object of another. Without `field_mappings` every field ' +
      'goes to the one of its name; a destination that is not there is created.',
    scope: 'syncs/post',
    outside: true,
    idempotent: true,
    body: Body({ name: OptionalName, source: Source, destination: Destination, ...settings }),
    example: {
      name: 'Orders',
      source: { connection_id: 'conn_01a228d32c6578c0979ca8c6ec142f54', object: 'public.orders' },
      destination: { connection_id: 'conn_01a228d32c657d3b8e6f1f2a7c1b9e02', table: 'raw.orders' },
      schedule: 'hourly',
      cursor_field: 'updated_at',
    },
    status: 201,
    answer: Sync,
    errors: ['invalid_request'],
  }),
  getSync: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync',
    aliases: aliasOf('/v1/syncs/:sync'),
    summary: 'Get a sync',
    description: 'With how it stands.',
    scope: 'syncs/get',
    ...one,
    status: 200,
    answer: Sync,
    errors: ['not_found'],
  }),
  putSync: endpoint({
    method: 'PUT',
    path: '/v1/syncs/:sync',
    aliases: aliasOf('/v1/syncs/:sync'),
    summary: 'Change a sync',
    description: 'Changes the members that are given; `next_run_at` follows, the position stays.',
    scope: 'syncs/put',
    outside: true,
    ...one,
    body: Body({
      name: OptionalName,
      source: Optionally(Source),
      destination: Optionally(Destination),
      ...settings,
    }),
    example: { schedule: '0 3 * * *', timezone: 'America/Chicago' },
    status: 200,
    answer: Sync,
    errors: ['invalid_request', 'not_found', 'run_active'],
  }),
  patchSync: endpoint({
    method: 'PATCH',
    path: '/v1/syncs/:sync',
    aliases: aliasOf('/v1/syncs/:sync'),
    summary: 'Change members of a sync',
    description: 'As PUT.',
    scope: 'syncs/patch',
    outside: true,
    ...one,
    body: Body({
      name: OptionalName,
      source: Optionally(Source),
      destination: Optionally(Destination),
      ...settings,
    }),
    example: { schedule: '0 3 * * *', timezone: 'America/Chicago' },
    status: 200,
    answer: Sync,
    errors: ['invalid_request', 'not_found', 'run_active'],
  }),
  deleteSync: endpoint({
    method: 'DELETE',
    path: '/v1/syncs/:sync',
    aliases: aliasOf('/v1/syncs/:sync'),
    summary: 'Delete a sync',
    description: 'Its run is cancelled; what it wrote stays. Refused while a trigger runs it.',
    scope: 'syncs/delete',
    ...one,
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'in_use'],
  }),
  previewSync: endpoint({
    method: 'POST',
    path: '/v1/syncs/:sync/preview',
    aliases: aliasOf('/v1/syncs/:sync/preview'),
    summary: 'Preview a sync',
    description:
      'The first records as they would be written, and the statements that would make or change the ' +
      'destination. Nothing is written.',
    scope: 'syncs/post',
    outside: true,
    ...one,
    status: 200,
    answer: Type.Object({
      records: Type.Array(JsonRecord),
      fields: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
      rejected: Type.Array(
        Type.Object({
          index: OrNull(Type.Integer({ description: 'Null: it could not be read.' })),
          reason: Type.String(),
        }),
      ),
      statements: Type.Array(Type.String()),
      skipped: Type.Array(Type.String()),
      drift: Type.Array(Type.String()),
    }),
    errors: ['not_found', 'invalid_request', 'upstream_error'],
  }),
};
