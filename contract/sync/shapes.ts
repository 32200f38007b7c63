import Type, { type TSchema } from 'typebox';
import { Optionally, OrNull, Timestamp } from '../shapes.ts';

/** The prefixes of ids, by what they name. */
export const prefixes = {
  connection: 'conn',
  private_key: 'key',
  sync: 'sync',
  run: 'run',
  transform: 'tfm',
  workflow: 'wf',
  workflow_run: 'wfr',
  trigger: 'trg',
  webhook: 'whk',
  delivery: 'dlv',
  event: 'evt',
  extension: 'ext',
} as const;
export type SyncNoun = keyof typeof prefixes;

/** An id in an answer: its prefix, and 32 hexadecimal digits that begin with the time. */
export const Id = (noun: SyncNoun) =>
  Type.String({
    pattern: `^${prefixes[noun]}_[0-9a-f]{32}$`,
    examples: [`${prefixes[noun]}_01a228d32c6578c0979ca8c6ec142f54`],
  });

/** An id in a path or a body; one that names nothing is refused where it stands. */
export const GivenId = Type.String({ minLength: 1, maxLength: 100 });

export const PathOf = <const N extends string>(noun: N) =>
  Type.Object({ [noun]: GivenId } as Record<N, typeof GivenId>);

export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' });

/** A name of a field, an object or a table in a connected system. */
export const SystemName = Type.String({ minLength: 1, maxLength: 1_000 });

/** An object whose members depend on the provider. */
export const Settings = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  maxProperties: 100,
  additionalProperties: true,
});

/** Members that are not named here are refused, each by its name. */
export const Body = <P extends Record<string, TSchema>>(members: P) =>
  Type.Object(members, { additionalProperties: false });

/** One of some words. */
export const OneOf = <const W extends string>(words: readonly W[], description?: string) =>
  Type.Unsafe<W>({ type: 'string', enum: [...words], ...(description ? { description } : {}) });

export const ListQuery = Type.Object({
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1_000, description: 'How many at most; 100 by default.' }),
  ),
  cursor: Type.Optional(
    Type.String({ maxLength: 500, description: 'Of the Link header of the page before.' }),
  ),
});

export const listHeaders = { Link: 'rel="next": the next page, where there is one.' };

export const OptionalName = Optionally(Type.String({ maxLength: 200 }));

/** Whatever JSON can hold: values of records. */
export const AnyJson = Type.Unsafe<unknown>({});

export const JsonObject = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
});

/** A record of a connected system, by the names of its fields. */
export const JsonRecord = Type.Unsafe<Record<string, unknown>>({
  ...JsonObject,
  examples: [{ id: '1001', status: 'paid', total: '49.90' }],
});

export const FilterText = Type.String({
  maxLength: 20_000,
  examples: ["Industry = 'Technology' AND AnnualRevenue > 1000000"],
});

/** What a field of a record holds; see *Values* in docs/sync.md. */
export const FieldShape = Type.Object({
  name: Type.String(),
  label: OrNull(Type.String({ description: 'What people see in its place, where that differs.' })),
  type: Type.String({ description: 'In the words of PostgreSQL.', examples: ['numeric(10,2)'] }),
  native_type: Type.String({ description: 'In the words of the system.' }),
  nullable: Type.Boolean(),
  writable: Type.Boolean(),
  primary_key: Type.Boolean(),
});

export const ConnectionStatus = Type.Union([
  Type.Literal('active'),
  Type.Literal('pending'),
  Type.Literal('error'),
]);

export const Health = Type.Object({
  status: Type.Union([Type.Literal('healthy'), Type.Literal('unhealthy'), Type.Literal('unknown')]),
  checked_at: OrNull(Timestamp),
  message: OrNull(Type.String({ description: 'What is wrong, or what could be better.' })),
});

export const Connection = Type.Object(
  {
    id: Id('connection'),
    provider: Type.String(),
    provider_version: OrNull(
      Type.String({ description: 'Of an extension; null for what is built in.' }),
    ),
    name: Type.String(),
    config: Settings,
    status: ConnectionStatus,
    health: Health,
    authorize_url: Type.Optional(
      Type.String({
        description:
          'Where a person gives access, once and within ten minutes: only in the answer that asks for it.',
      }),
    ),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { title: 'Connection' },
);

export const runStatuses = [
  'queued',
  'running',
  'paused',
  'completed',
  'failed',
  'cancelled',
] as const;
export const runTriggers = ['manual', 'schedule', 'realtime', 'workflow', 'trigger'] as const;

const Count = Type.Integer({ minimum: 0 });

export const Run = Type.Object(
  {
    id: Id('run'),
    sync_id: Id('sync'),
    status: OneOf(runStatuses),
    trigger: OneOf(runTriggers),
    started_at: OrNull(Timestamp),
    finished_at: OrNull(Timestamp),
    duration_ms: OrNull(Count),
    records_read: Count,
    records_written: Count,
    records_skipped: Count,
    records_failed: Count,
    records_deleted: Count,
    bytes: Count,
    cursor: OrNull(AnyJson),
    error: OrNull(Type.String()),
    pause: OrNull(
      Type.Object({
        reason: Type.String(),
        planned_deletes: OrNull(Count),
        total: OrNull(Count),
      }),
    ),
    drift: Type.Array(Type.String()),
    progress: OrNull(
      Type.Object({
        rows_per_second: Type.Number(),
        waits_for: Type.Union([
          Type.Literal('source'),
          Type.Literal('destination'),
          Type.Literal('transform'),
        ]),
        percent: OrNull(Type.Number()),
        seconds_left: OrNull(Count),
      }),
    ),
    created_at: Timestamp,
  },
  { title: 'Run' },
);

const alertNames = [
  'failed_runs',
  'rejected_percent',
  'no_success_for',
  'rows_deviation_percent',
] as const;

export const warning = {
  alert: OneOf(alertNames),
  message: Type.String(),
  since: Timestamp,
};

export const SyncAlert = Type.Object(
  {
    sync_id: Id('sync'),
    sync_name: Type.String(),
    ...warning,
    state: OneOf(['firing', 'resolved']),
  },
  { title: 'SyncAlert' },
);

/** Paths of connections and syncs also work without the version. */
export const aliasOf = (path: string) => [path.replace('/v1', '')];
