import type { Static } from 'typebox';
import type { noticedTypes } from '../../../contract/sync/settings.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { Notice } from '../notices/notice.ts';

type Body = Static<(typeof syncs)['createSync']['body']>;
export type Given = { readonly [Name in keyof Body]?: Body[Name] | null };

export type Mapping = {
  readonly source: string;
  readonly destination: string;
  readonly transform?: string;
  readonly default?: unknown;
  readonly protect?: 'hash' | 'mask' | 'drop';
};
export type FilterGiven = string | { field: string; operator: string; value?: unknown };

/** What a sync does, everything filled in: kept as JSON, and with a run as it was at its begin. */
export type Definition = {
  readonly source: {
    readonly connection_id: string;
    readonly object: string | null;
    readonly query: string | null;
  };
  readonly destination: {
    readonly connection_id: string;
    readonly object: string;
    readonly delete: 'hard' | 'mark';
    readonly metadata: boolean;
  };
  readonly field_mappings: readonly Mapping[];
  readonly filters: readonly FilterGiven[];
  readonly mode: 'upsert' | 'append' | 'replace' | 'mirror' | null;
  readonly key: readonly string[] | null;
  readonly cursor_field: string | null;
  readonly cursor_overlap: number | null;
  readonly transforms: readonly string[];
  readonly batch_size: number | null;
  readonly max_delete_percent: number;
  readonly on_error: 'continue' | 'fail';
  readonly on_schema_change: 'ignore' | 'add' | 'pause';
  readonly alerts: Alerts;
};

/** The fields of the source whose values nobody may see. */
export function protectedIn({ field_mappings }: Pick<Definition, 'field_mappings'>): string[] {
  return field_mappings.flatMap(({ source, protect }) => (protect ? [source] : []));
}

/** Whom a sync tells of what happens to it. */
export type AlertNotice = Notice & {
  readonly events: readonly (typeof noticedTypes)[number][];
  readonly subject: string | null;
  /** A template; null: the usual words. */
  readonly message: string | null;
};

/** What to warn of, and from when on; whom to tell. */
export type Alerts = AlertLimits & { readonly notify: readonly AlertNotice[] };

export type AlertLimits = {
  readonly failed_runs: number | null;
  readonly rejected_percent: number | null;
  /** Seconds. */
  readonly no_success_for: number | null;
  readonly rows_deviation_percent: number | null;
};

const noAlerts: Alerts = {
  failed_runs: null,
  rejected_percent: null,
  no_success_for: null,
  rows_deviation_percent: null,
  notify: [],
};
const deletePercentDefault = 10;

const nothing: Definition = {
  source: { connection_id: '', object: null, query: null },
  destination: { connection_id: '', object: '', delete: 'hard', metadata: false },
  field_mappings: [],
  filters: [],
  mode: null,
  key: null,
  cursor_field: null,
  cursor_overlap: null,
  transforms: [],
  batch_size: null,
  max_delete_percent: deletePercentDefault,
  on_error: 'continue',
  on_schema_change: 'ignore',
  alerts: noAlerts,
};

/** What was given over what was there before; null and, for names, an empty text are not given. */
export function define(given: Given, before: Definition = nothing): Definition {
  return {
    source: sourceOf(given.source, before.source),
    destination: destinationOf(given.destination, before.destination),
    field_mappings: given.field_mappings?.map(mappingOf) ?? before.field_mappings,
    filters: given.filters ?? before.filters,
    mode: given.mode ?? before.mode,
    key: given.key && given.key.length > 0 ? given.key : before.key,
    cursor_field: given.cursor_field || before.cursor_field,
    cursor_overlap: given.cursor_overlap ?? before.cursor_overlap,
    transforms: given.transforms ?? before.transforms,
    batch_size: given.batch_size ?? before.batch_size,
    max_delete_percent: given.max_delete_percent ?? before.max_delete_percent,
    on_error: given.on_error ?? before.on_error,
    on_schema_change: given.on_schema_change ?? before.on_schema_change,
    alerts: given.alerts ? alertsOf(given.alerts) : before.alerts,
  };
}

function sourceOf(given: Given['source'], before: Definition['source']): Definition['source'] {
  const object = given?.object || given?.table || null;
  const query = given?.query || null;
  return {
    connection_id: given?.connection_id || given?.connection || before.connection_id,
    object: object ?? (query === null ? before.object : null),
    query: query ?? (object === null ? before.query : null),
  };
}

function destinationOf(
  given: Given['destination'],
  before: Definition['destination'],
): Definition['destination'] {
  return {
    connection_id: given?.connection_id || given?.connection || before.connection_id,
    object: given?.table || given?.object || before.object,
    delete: given?.delete ?? before.delete,
    metadata: given?.metadata ?? before.metadata,
  };
}

/** What is to be told is resolved before it comes here. */
function alertsOf({ notify, ...limits }: NonNullable<Given['alerts']>): Alerts {
  return { ...noAlerts, ...limits, notify: (notify ?? []).map(noticeOf) };
}

function noticeOf({
  channel,
  connection_id,
  to,
  events,
  subject,
  message,
}: NonNullable<NonNullable<Given['alerts']>['notify']>[number]): AlertNotice {
  return {
    channel,
    connection_id: connection_id ?? null,
    to: to ?? '',
    events: events ?? ['sync.alert'],
    subject: subject ?? null,
    message: message ?? null,
  };
}

function mappingOf(given: NonNullable<Given['field_mappings']>[number]): Mapping {
  const { source, destination, transform, protect } = given;
  return {
    source,
    destination,
    ...(transform ? { transform } : {}),
    ...(given.default === undefined || given.default === null ? {} : { default: given.default }),
    ...(protect ? { protect } : {}),
  };
}
