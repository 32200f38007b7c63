import Type from 'typebox';
import { Optionally } from '../shapes.ts';
import { noticeChannels } from './actions.ts';
import { AnyJson, Body, FilterText, GivenId, OneOf, SystemName } from './shapes.ts';

export const modes = ['upsert', 'append', 'replace', 'mirror'] as const;
const protections = ['hash', 'mask', 'drop'] as const;

/** An empty string is not given. */
const MaybeName = (description: string) =>
  Optionally(Type.String({ maxLength: 1_000, description }));

/** Clients give one of both, and the other one as an empty string or null. */
const connection = {
  connection_id: Optionally(Type.String({ maxLength: 100 })),
  connection: Optionally(
    Type.String({ maxLength: 100, description: 'Another name of `connection_id`.' }),
  ),
};

export const Source = Body({
  ...connection,
  object: MaybeName('The table, file or object that is read.'),
  table: MaybeName('Another name of `object`.'),
  query: Optionally(
    Type.String({
      maxLength: 100_000,
      description: "In place of an object: a query in the system's own language.",
    }),
  ),
});

export const Destination = Body({
  ...connection,
  object: MaybeName('Another name of `table`.'),
  table: MaybeName('What is written; it is made when it is not there.'),
  delete: Optionally(OneOf(['hard', 'mark'], '`mark` sets `deleted_at` in place of deleting.')),
  metadata: Optionally(
    Type.Boolean({
      description: 'Adds `_heddle_synced_at` and `_heddle_run_id` to what is written.',
    }),
  ),
});

const Mapping = Body({
  source: SystemName,
  destination: SystemName,
  transform: Optionally(
    Type.String({
      maxLength: 100,
      description: 'The id of a transform of this one value: it gets and answers `{"value": …}`.',
    }),
  ),
  default: Optionally(
    Type.Unsafe<unknown>({ ...AnyJson, description: 'What is written in place of null.' }),
  ),
  protect: Optionally(
    OneOf(protections, 'What becomes of the value before anything else sees it.'),
  ),
});

export const FilterTerm = Body({
  field: SystemName,
  operator: Type.String({ minLength: 1, maxLength: 20 }),
  value: Type.Optional(AnyJson),
});

export const Filters = Type.Array(
  Type.Unsafe<string | { field: string; operator: string; value?: unknown }>({
    anyOf: [FilterText, FilterTerm],
  }),
  { maxItems: 100 },
);

export const Percent = Type.Number({ minimum: 0, maximum: 100 });

/** What of a sync somebody can be told by a notice. */
export const noticedTypes = ['sync.alert', 'sync.failed', 'sync.paused'] as const;

const AlertNotice = Body({
  channel: OneOf(noticeChannels),
  connection_id: Optionally(GivenId),
  to: Optionally(Type.String({ minLength: 1, maxLength: 1_000 })),
  events: Optionally(
    Type.Array(OneOf(noticedTypes), {
      minItems: 1,
      maxItems: 3,
      uniqueItems: true,
      description: '`sync.alert` by default: when a warning begins, and when it ends.',
    }),
  ),
  subject: Optionally(Type.String({ minLength: 1, maxLength: 200, description: 'Of a mail.' })),
  message: Optionally(
    Type.String({
      minLength: 1,
      maxLength: 20_000,
      description:
        'In place of the usual words; it may have `{{sync.name}}`, `{{event}}`, and what `alert` and `run` hold.',
    }),
  ),
});

/** When somebody should hear of it; given anew, it takes the place of what was given before. */
const Alerts = Body({
  failed_runs: Optionally(
    Type.Integer({ minimum: 1, maximum: 100, description: 'So many failed one after the other.' }),
  ),
  rejected_percent: Optionally(
    Type.Number({ minimum: 0, maximum: 100, description: 'More of the records were set aside.' }),
  ),
  no_success_for: Optionally(
    Type.Integer({
      minimum: 60,
      maximum: 31_536_000,
      description: 'Seconds without a completed run, or since the sync was changed.',
    }),
  ),
  rows_deviation_percent: Optionally(
    Type.Number({
      minimum: 0,
      maximum: 100_000,
      description: 'The records read differ by more from the mean of the ten runs before.',
    }),
  ),
  notify: Optionally(
    Type.Array(AlertNotice, {
      maxItems: 20,
      description: 'Who is told, and where; without it the events and the sync itself tell.',
    }),
  ),
});

/** How a sync moves what it reads. */
export const settings = {
  schedule: Optionally(
    Type.String({
      maxLength: 200,
      description:
        '"manual", "realtime", "hourly", "daily", or cron with 5 or 6 fields. In realtime one run goes on, and moves ' +
        'what changes as it changes; sources that neither tell it nor have a field that does need `cursor_field`.',
    }),
  ),
  timezone: Optionally(
    Type.String({
      maxLength: 100,
      description: 'Of the schedule, like `America/Chicago`; UTC by default.',
    }),
  ),
  field_mappings: Optionally(
    Type.Array(Mapping, {
      maxItems: 1_600,
      description: 'Which fields go where; without them every field goes to the one of its name.',
    }),
  ),
  filters: Optionally(Filters),
  mode: Optionally(
    OneOf(
      modes,
      'By default `upsert`, where there is a key. `replace` and `mirror` read everything, and `mirror` ' +
        'also deletes what the source does not have.',
    ),
  ),
  key: Optionally(
    Type.Array(SystemName, {
      maxItems: 20,
      description: "The fields that tell records apart; by default the source's own primary key.",
    }),
  ),
  cursor_field: MaybeName(
    'A field that grows with every change, like `updated_at`: only what is new by it is read.',
  ),
  cursor_overlap: Optionally(
    Type.Integer({
      minimum: 0,
      maximum: 604_800,
      description: 'So many seconds before the position are read again, for what came late.',
    }),
  ),
  transforms: Optionally(
    Type.Array(GivenId, {
      maxItems: 20,
      description: 'Ids of transforms of whole records, in their order.',
    }),
  ),
  batch_size: Optionally(
    Type.Integer({
      minimum: 1,
      maximum: 100_000,
      description: 'Records that are committed together.',
    }),
  ),
  max_delete_percent: Optionally(
    Type.Number({
      ...Percent,
      description: 'A run that would delete more of the destination pauses; 10 by default.',
    }),
  ),
  on_error: Optionally(
    OneOf(
      ['continue', 'fail'],
      'What a bad record does: it is set aside and the run goes on (`continue`), or the run ends.',
    ),
  ),
  on_schema_change: Optionally(
    OneOf(
      ['ignore', 'add', 'pause'],
      'What a new field of the source does: it is reported, becomes a column, or pauses the run.',
    ),
  ),
  alerts: Optionally(Alerts),
  enabled: Optionally(
    Type.Boolean({
      description: 'False stops it: no schedule begins it, and its run is cancelled.',
    }),
  ),
};
