import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { requireBoth } from '../connections/ceilings/both.ts';
import type { Providers } from '../connections/providers.ts';
import { type ConnectionRow, holdConnection } from '../connections/store.ts';
import type { Connector } from '../connectors/connector.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { inUse } from '../conventions/in-use.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import { checkSchedule, nextTime } from '../schedules/schedules.ts';
import { selectTransform } from '../transforms/store.ts';
import { reviewAlerts } from './alerts/alerts.ts';
import { type Definition, define, type Given, type Mapping } from './definition.ts';
import { deleteFollowing } from './following/store.ts';
import { leaveNothingOf } from './leftovers/leftovers.ts';
import { type ProtectingKey, protectPositions } from './protection.ts';
import { requireFollowable, turnOf } from './realtime.ts';
import { cancelActiveRuns } from './runs/cancelling.ts';
import { showSync } from './shown.ts';
import {
  countSyncs,
  deleteSync as deleteRow,
  insertSync,
  lockSync,
  replaceTransforms,
  type SyncRow,
  selectSync,
  selectSyncs,
  updateSync,
} from './store.ts';
import { requireUseOfEnds } from './use.ts';
import { selectTriggersRunning } from './watches/store.ts';

type Of<Name extends keyof typeof syncs> = In<typeof syncs, Name>;

/** `isLenient`: what the first client libraries leave out is not required. */
export type SyncServices = { providers: Providers; isLenient: boolean };

export async function listSyncs(ctx: ReadContext, { query }: Of<'listSyncs'>) {
  const rows = await selectSyncs(ctx.db, ctx.organization, pageOf(query));
  const shown = { show: showSync, key: ({ id }: SyncRow) => id };
  return answerPage(ctx, { path: '/v1/syncs', query }, rows, shown);
}

/** @throws AppError not_found (404) */
export async function getSync(ctx: ReadContext, { params }: Of<'getSync'>) {
  return showSync(found(await selectSync(ctx.db, ctx.organization, params.sync)));
}

/** @throws AppError 400 that names each field */
export const createSync =
  ({ providers, isLenient }: SyncServices) =>
  async (ctx: WriteContext, { body }: Of<'createSync'>) => {
    const { tx, organization, now } = ctx;
    if (!isLenient && !body.name?.trim()) throw invalid('name', 'is required.', 'required');
    const timing = timingOf(body, now);
    const settings = await check(ctx, providers, define(body), timing);
    const id = newId('sync');
    const name = body.name?.trim() || `sync ${(await countSyncs(tx, organization)) + 1}`;
    const row = await insertSync(tx, organization, { id, name, settings, ...timing }, now);
    await replaceTransforms(tx, organization, id, usedBy(settings));
    await record(ctx, 'sync.create', id, []);
    return showSync(row);
  };

/** Changes what is given; the position stays. @throws AppError 400, not_found (404) */
export const changeSync =
  ({ providers, protectingKey }: { providers: Providers; protectingKey: ProtectingKey }) =>
  async (ctx: WriteContext, { params, body }: Of<'putSync'>) => {
    const { tx, organization, now } = ctx;
    const before = found(await lockSync(tx, organization, params.sync));
    const timing = timingOf(body, now, before);
    const given = define(body as Given, before.settings);
    const settings = await check(ctx, providers, given, timing);
    requireOwnPosition(before, settings);
    await protectPositions(ctx, before, settings, protectingKey);
    const name = body.name?.trim() || before.name;
    const turn = turnOf(before, { settings, ...timing });
    const goesOn = before.schedule === 'realtime' && before.active !== null && !turn.ends;
    const next_run_at = goesOn ? before.next_run_at : timing.next_run_at;
    const changed = { id: before.id, name, settings, ...timing, next_run_at };
    await reviewAlerts(ctx, await updateSync(tx, organization, changed, now));
    await replaceTransforms(tx, organization, before.id, usedBy(settings));
    if (!timing.enabled || turn.ends) await cancelActiveRuns(ctx, [before.id]);
    if (turn.rereads) await deleteFollowing(tx, organization, before.id);
    await record(ctx, 'sync.change', before.id, []);
    return showSync(found(await selectSync(tx, organization, before.id)));
  };

/**
 * A position says nothing of another field or another source, not even that of a run which is under
 * way. @throws AppError 400, run_active (409)
 */
function requireOwnPosition(sync: SyncRow, after: Definition) {
  const { active, position, schedule, settings: before } = sync;
  if (readBy(before) === readBy(after)) return;
  // The run of one in realtime ends with the change.
  if (active !== null && schedule !== 'realtime') throw new AppError('run_active');
  if (position === null || (before.cursor_field ?? sync.cursor_found) === null) return;
  const message = 'the sync has a cursor of what it read before; delete that first.';
  throw invalid('cursor_field', message);
}

/** What is read, and in which order. */
function readBy({ source, cursor_field, key }: Definition): string {
  const { connection_id, object, query } = source;
  return JSON.stringify([connection_id, object, query, cursor_field, key]);
}

/** Its run ends with it, and what it has left for itself at its destination goes. @throws AppError not_found (404), in_use (409) */
export async function deleteSync(ctx: WriteContext, { params }: Of<'deleteSync'>) {
  const { tx, organization, now } = ctx;
  const sync = found(await lockSync(tx, organization, params.sync));
  await leaveNothingOf(tx, sync, now);
  if (!(await deleteRow(tx, organization, sync.id))) {
    const triggers = await selectTriggersRunning(tx, organization, sync.id);
    throw inUse(triggers, 'change or delete these triggers first.');
  }
  await record(ctx, 'sync.delete', params.sync, []);
  return undefined;
}

type Timing = Pick<SyncRow, 'schedule' | 'timezone' | 'enabled' | 'next_run_at'>;

function timingOf(
  given: Given,
  now: Date,
  before: Omit<Timing, 'next_run_at'> = { schedule: 'manual', timezone: 'UTC', enabled: true },
): Timing {
  const schedule = given.schedule?.trim() || before.schedule;
  const timezone = given.timezone?.trim() || before.timezone;
  const enabled = given.enabled ?? before.enabled;
  checkSchedule({ pattern: schedule, timezone });
  const next = schedule === 'realtime' ? now : nextTime({ pattern: schedule, timezone }, now);
  return { schedule, timezone, enabled, next_run_at: enabled ? (next ?? null) : null };
}

/**
 * What can be said without asking the systems themselves. Where the destination knows no upsert, its
 * first mode is the default. @throws AppError 400
 */
async function check(
  { tx, organization, caller }: WriteContext,
  providers: Providers,
  settings: Definition,
  { schedule }: Timing,
): Promise<Definition> {
  const { source, destination } = settings;
  const from = await connectionOf(tx, organization, 'source', source.connection_id);
  const to = await connectionOf(tx, organization, 'destination', destination.connection_id);
  if (!source.object && !source.query) throw invalid('source.object', 'is required.', 'required');
  if (!destination.object) throw invalid('destination.table', 'is required.', 'required');
  requireBoth(from, to);
  const origin = await providers.requireOf(tx, organization, 'source.connection_id', from);
  if (!origin.capabilities.read) throw invalid('source.connection_id', 'cannot be read from.');
  const target = await providers.requireOf(tx, organization, 'destination.connection_id', to);
  if (schedule === 'realtime') requireFollowable(origin, target, settings, from);
  checkFields(settings, target);
  await requireUseOfEnds({ db: tx, organization, caller }, providers, settings);
  await checkTransforms(tx, organization, settings);
  return { ...settings, mode: modeAt(target, settings) };
}

function modeAt(
  { provider, capabilities: { write, modes } }: Connector,
  { mode, filters, cursor_field }: Definition,
): Definition['mode'] {
  if (!write) throw invalid('destination.connection_id', 'cannot be written to.');
  if (mode && !modes.includes(mode)) {
    throw invalid('mode', `must be one of ${modes.join(', ')} for ${provider}.`);
  }
  if (mode === 'mirror' && filters.length > 0) {
    const message = 'must be empty with the mode mirror: it would delete what they leave out.';
    throw invalid('filters', message);
  }
  if ((mode === 'mirror' || mode === 'replace') && cursor_field !== null) {
    const message = `must not be given with the mode ${mode}, which needs everything, not what is new.`;
    throw invalid('cursor_field', message);
  }
  return mode ?? (modes.includes('upsert') ? null : (modes[0] ?? null));
}

async function checkTransforms(tx: Tx, organization: number, definition: Definition) {
  const named = [
    ...definition.transforms.map((id, index) => ({ id, field: `transforms.${index}` })),
    ...definition.field_mappings.flatMap(({ transform: id }, index) =>
      id === undefined ? [] : [{ id, field: `field_mappings.${index}.transform` }],
    ),
  ];
  for (const { id, field } of named) {
    if (await selectTransform(tx, organization, id)) continue;
    throw invalid(field, `there is no transform ${id}.`);
  }
}

/** The transforms of records and of values. */
function usedBy({ transforms, field_mappings }: Definition): string[] {
  return [...transforms, ...field_mappings.flatMap(({ transform }) => transform ?? [])];
}

function checkFields({ filters, field_mappings }: Definition, { storedName }: Connector): void {
  parseFilters(filters as readonly (string | Condition)[]);
  const taken = new Map<string, Mapping>();
  for (const mapping of field_mappings) {
    const { source, destination } = mapping;
    const stored = storedName?.(destination) ?? destination;
    const other = taken.get(stored);
    if (other !== undefined) {
      const names = [...new Set([other.destination, destination])].join(' and ');
      const are = names === destination ? '' : ', which are one column there';
      const message = `${other.source} and ${source} both go to ${names}${are}.`;
      throw invalid('field_mappings', message);
    }
    taken.set(stored, mapping);
  }
}

async function connectionOf(
  tx: Tx,
  organization: number,
  end: 'source' | 'destination',
  id: string,
): Promise<ConnectionRow> {
  const field = `${end}.connection_id`;
  if (id === '') throw invalid(field, 'is required.', 'required');
  const row = await holdConnection(tx, organization, id);
  if (!row) throw invalid(field, `there is no connection ${id}.`);
  return row;
}
