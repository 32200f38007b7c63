import Type from 'typebox';
import { endpoint, Nothing } from '../endpoint.ts';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';
import {
  AnyJson,
  aliasOf,
  Body,
  JsonRecord,
  ListQuery,
  listHeaders,
  PathOf,
  Run,
} from './shapes.ts';

const ofSync = { params: PathOf('sync') };
const one = {
  params: Type.Object({ ...PathOf('sync').properties, ...PathOf('run').properties }),
};

export const runs = {
  runSync: endpoint({
    method: 'POST',
    path: '/v1/syncs/:sync/run',
    aliases: aliasOf('/v1/syncs/:sync/run'),
    summary: 'Run a sync now',
    description:
      '`full_refresh` reads everything anew and leaves the destination whole meanwhile. `from` and `to` ' +
      '(over the cursor field) or `keys` read a part again and leave the position where it is.',
    scope: 'syncs/post',
    idempotent: true,
    ...ofSync,
    body: Body({
      full_refresh: Optionally(Type.Boolean({ description: 'Everything is read anew.' })),
      from: Optionally(
        Type.String({ maxLength: 1_000, description: 'Of the cursor field: the first value.' }),
      ),
      to: Optionally(
        Type.String({ maxLength: 1_000, description: 'Of the cursor field: the last value.' }),
      ),
      keys: Optionally(
        Type.Array(AnyJson, {
          minItems: 1,
          maxItems: 1_000,
          description: 'Of single records; of several fields each is a list.',
        }),
      ),
    }),
    example: { full_refresh: false },
    status: 202,
    answer: Run,
    errors: ['invalid_request', 'not_found', 'run_active'],
  }),
  listRuns: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/runs',
    aliases: aliasOf('/v1/syncs/:sync/runs'),
    summary: 'List the runs of a sync',
    description: 'Newest first.',
    scope: 'syncs/get',
    ...ofSync,
    query: ListQuery,
    status: 200,
    answer: Type.Array(Run),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  getRun: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/runs/:run',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run'),
    summary: 'Get a run',
    description: 'With its progress while it is active.',
    scope: 'syncs/get',
    ...one,
    status: 200,
    answer: Run,
    errors: ['not_found'],
  }),
  cancelRun: endpoint({
    method: 'POST',
    path: '/v1/syncs/:sync/runs/:run/cancel',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run/cancel'),
    summary: 'Cancel a run',
    description: 'What was written stays, and so does the position that goes with it.',
    scope: 'syncs/post',
    idempotent: true,
    ...one,
    status: 200,
    answer: Run,
    errors: ['not_found', 'run_state'],
  }),
  resumeRun: endpoint({
    method: 'POST',
    path: '/v1/syncs/:sync/runs/:run/resume',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run/resume'),
    summary: 'Go on with a run',
    description:
      'One that is paused, failed or cancelled goes on from its last batch. `accept` allows what it is paused ' +
      'for: deletions, or new fields of the source. A run that another one has followed does not go on, ' +
      'nor does one whose sync was given another cursor since: run the sync instead.',
    scope: 'syncs/post',
    idempotent: true,
    ...one,
    body: Body({
      accept: Optionally(
        Type.Boolean({ description: 'Allows what it is paused for, and nothing else.' }),
      ),
    }),
    example: { accept: true },
    status: 202,
    answer: Run,
    errors: ['invalid_request', 'not_found', 'run_active', 'run_state'],
  }),
  listRejected: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/runs/:run/errors',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run/errors'),
    summary: 'List the records that a run set aside',
    description:
      'Each with its reason, oldest first. They are kept for 30 days, or as long as the operator says.',
    scope: 'syncs/get',
    ...one,
    query: ListQuery,
    status: 200,
    answer: Type.Array(
      Type.Object({
        id: Type.String(),
        record: JsonRecord,
        field: OrNull(Type.String()),
        reason: Type.String(),
        retried_at: OrNull(Timestamp),
        created_at: Timestamp,
      }),
    ),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  retryRejected: endpoint({
    method: 'POST',
    path: '/v1/syncs/:sync/runs/:run/errors/retry',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run/errors/retry'),
    summary: 'Try the records that were set aside again',
    description:
      'A run of those of these records that were not tried again yet, as the source has them now.',
    scope: 'syncs/post',
    idempotent: true,
    ...one,
    status: 202,
    answer: Run,
    errors: ['not_found', 'run_active', 'run_state'],
  }),
  getRunLog: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/runs/:run/log',
    aliases: aliasOf('/v1/syncs/:sync/runs/:run/log'),
    summary: 'Get the log of a run',
    description: 'Oldest first. It is kept as long as the records that were set aside.',
    scope: 'syncs/get',
    ...one,
    query: ListQuery,
    status: 200,
    answer: Type.Array(
      Type.Object({
        at: Timestamp,
        level: Type.Union([Type.Literal('info'), Type.Literal('warning'), Type.Literal('error')]),
        message: Type.String(),
      }),
    ),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
  getCursor: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/cursor',
    aliases: aliasOf('/v1/syncs/:sync/cursor'),
    summary: 'Get the position of a sync',
    description:
      'From where the next run reads; null: from the beginning. Sealed, where the sync protects values.',
    scope: 'syncs/get',
    ...ofSync,
    status: 200,
    answer: Type.Object({ cursor: OrNull(AnyJson), updated_at: OrNull(Timestamp) }),
    errors: ['not_found'],
  }),
  putCursor: endpoint({
    method: 'PUT',
    path: '/v1/syncs/:sync/cursor',
    aliases: aliasOf('/v1/syncs/:sync/cursor'),
    summary: 'Set the position of a sync',
    description:
      'Takes what `GET` answers, or `{"cursor": {"value": …}}` with a value of the cursor field, if that ' +
      'is not protected.',
    scope: 'syncs/put',
    ...ofSync,
    body: Body({
      cursor: AnyJson,
      updated_at: Optionally(
        Type.String({ maxLength: 100, description: 'As `GET` answers it; not looked at.' }),
      ),
    }),
    example: { cursor: { value: '2026-11-30T05:00:00Z' } },
    status: 200,
    answer: Type.Object({ cursor: OrNull(AnyJson), updated_at: OrNull(Timestamp) }),
    errors: ['invalid_request', 'not_found', 'run_active'],
  }),
  deleteCursor: endpoint({
    method: 'DELETE',
    path: '/v1/syncs/:sync/cursor',
    aliases: aliasOf('/v1/syncs/:sync/cursor'),
    summary: 'Forget the position of a sync',
    description: 'The next run reads from the beginning.',
    scope: 'syncs/delete',
    ...ofSync,
    status: 204,
    answer: Nothing,
    errors: ['not_found', 'run_active'],
  }),
  getCursorHistory: endpoint({
    method: 'GET',
    path: '/v1/syncs/:sync/cursor/history',
    aliases: aliasOf('/v1/syncs/:sync/cursor/history'),
    summary: 'List the positions that a sync has had',
    description:
      'Newest first: one for each run that moved it, and one for each time that it was set; the last 1,000.',
    scope: 'syncs/get',
    ...ofSync,
    query: ListQuery,
    status: 200,
    answer: Type.Array(
      Type.Object({
        cursor: OrNull(AnyJson),
        run_id: OrNull(Type.String()),
        set_by: OrNull(Type.String()),
        created_at: Timestamp,
      }),
    ),
    answerHeaders: listHeaders,
    errors: ['invalid_request', 'not_found'],
  }),
};
