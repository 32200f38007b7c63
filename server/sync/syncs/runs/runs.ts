import type { In } from '../../../../contract/endpoint.ts';
import type { runs } from '../../../../contract/sync/runs.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { AppError, invalid } from '../../../runtime/errors.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { depthMax, tooDeep } from '../../causes/causes.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { newId } from '../../conventions/ids.ts';
import { answerPage, pageOf } from '../../conventions/lists.ts';
import type { Definition } from '../definition.ts';
import { ensureFeed } from '../following/store.ts';
import { protectsMoreSince } from '../protection.ts';
import { isSameBut } from '../realtime.ts';
import { lockSync, type SyncRow, selectSync } from '../store.ts';
import { requireUseOfEnds, requireUseOfRun } from '../use.ts';
import { cancelActiveRuns } from './cancelling.ts';
import { sealRunKey } from './confidence.ts';
import { leanRunPosition } from './leaning.ts';
import { isPart } from './part.ts';
import { showRun } from './shown.ts';
import {
  insertRun,
  lockRun,
  type RunRequest,
  type RunRow,
  selectIsOvertaken,
  selectRun,
  selectRuns,
  updateRunResumed,
} from './store.ts';

type Of<Name extends keyof typeof runs> = In<typeof runs, Name>;

/** @throws AppError run_active (409), 400, not_found (404) */
export const runSync =
  ({ keyring, providers }: { keyring: Keyring; providers: Providers }) =>
  async (ctx: WriteContext, { params, body }: Of<'runSync'>) => {
    const sync = found(await lockSync(ctx.tx, ctx.organization, params.sync));
    await requireUseOfEnds({ ...ctx, db: ctx.tx }, providers, sync.settings);
    if (!sync.enabled) throw invalid('enabled', 'the sync is stopped; set enabled to true first.');
    const request = requestOf(sync, body);
    const isRealtime = sync.schedule === 'realtime' && !isPart(request);
    const trigger = isRealtime ? 'realtime' : 'manual';
    const depth = ctx.depth ? ctx.depth + 1 : 0;
    if (depth > depthMax) throw new AppError('run_active', { message: tooDeep });
    const asked = { sync_id: sync.id, trigger, request, depth } as const;
    const run = await beginRun(ctx, keyring, asked);
    if (!run) throw activeOf(sync);
    await record(ctx, 'sync.run', sync.id, []);
    return showRun(run);
  };

/** Why a run does not begin beside the one that is active. */
export function activeOf({ schedule }: SyncRow): AppError {
  if (schedule !== 'realtime') return new AppError('run_active');
  const message = 'The sync follows its source in realtime already; cancel its run first.';
  return new AppError('run_active', { message });
}

/** Lets a worker take it up; undefined when a run of the sync is active. */
export async function beginRun(
  { tx, organization, now }: Pick<WriteContext, 'tx' | 'organization' | 'now'>,
  keyring: Keyring,
  run: Pick<RunRow, 'sync_id' | 'trigger' | 'request'> & { depth?: number },
): Promise<RunRow | undefined> {
  const id = newId('run');
  const sealed_key = sealRunKey(keyring, id);
  const [before] = await selectRuns(tx, organization, run.sync_id, { after: null, limit: 1 });
  if (before && !isActive(before)) await leanRunPosition(tx, before);
  const row = await insertRun(tx, organization, { id, sealed_key, ...run }, now);
  if (row && run.trigger === 'realtime') await ensureFeed(tx, organization, run.sync_id);
  tx.announce('sync_run');
  return row;
}

/** @throws AppError not_found (404) */
export async function listRuns(ctx: ReadContext, { params, query }: Of<'listRuns'>) {
  const [sync, rows] = await Promise.all([
    selectSync(ctx.db, ctx.organization, params.sync),
    selectRuns(ctx.db, ctx.organization, params.sync, pageOf(query)),
  ]);
  const path = `/v1/syncs/${found(sync).id}/runs`;
  return answerPage(ctx, { path, query }, rows, { show: showRun, key: ({ id }) => id });
}

/** @throws AppError not_found (404) */
export async function getRun({ db, organization }: ReadContext, { params }: Of<'getRun'>) {
  return showRun(found(await selectRun(db, organization, params.sync, params.run)));
}

/** @throws AppError not_found (404), run_state (409) */
export async function cancelRun(ctx: WriteContext, { params }: Of<'cancelRun'>) {
  const { tx, organization } = ctx;
  const run = found(await lockRun(tx, organization, params.sync, params.run));
  if (!isActive(run)) throw new AppError('run_state', { message: `The run is ${run.status}.` });
  await cancelActiveRuns(ctx, [run.sync_id]);
  await record(ctx, 'run.cancel', run.id, []);
  return showRun(found(await lockRun(tx, organization, run.sync_id, run.id)));
}

/** Goes on where the last batch ended. @throws AppError not_found (404), run_state, run_active (409) */
export const resumeRun =
  (providers: Providers) =>
  async (ctx: WriteContext, { params, body }: Of<'resumeRun'>) => {
    const { tx, organization } = ctx;
    const sync = found(await lockSync(tx, organization, params.sync));
    const run = found(await lockRun(tx, organization, params.sync, params.run));
    await requireUseOfRun({ ...ctx, db: tx }, providers, run, sync);
    if (run.status !== 'paused' && sync.active !== null) throw new AppError('run_active');
    if (!sync.enabled) {
      throw new AppError('run_state', { message: 'The sync is stopped; enable it first.' });
    }
    if (!['paused', 'failed', 'cancelled'].includes(run.status)) {
      throw new AppError('run_state', { message: `The run is ${run.status}.` });
    }
    requireSameProtection(sync, run);
    requireSameDefinition(sync, run);
    if (!isPart(run.request)) await requireLatest(tx, sync, run);
    const request = body.accept ? accept(run) : run.request;
    const row = await updateRunResumed(tx, organization, run.id, request);
    if (run.trigger === 'realtime') await ensureFeed(tx, organization, run.sync_id);
    await record(ctx, 'run.resume', run.id, []);
    tx.announce('sync_run');
    return showRun(row);
  };

/** A run goes on as it began: what its sync protects since would be open. @throws AppError run_state (409) */
function requireSameProtection(sync: SyncRow, run: RunRow): void {
  if (!protectsMoreSince(sync, run)) return;
  const message = 'The sync protects more since. Run the sync: it goes on from there.';
  throw new AppError('run_state', { message });
}

/** One that goes on for ever as it began would never be as its sync is. @throws AppError run_state (409) */
function requireSameDefinition({ settings }: SyncRow, { trigger, plan }: RunRow): void {
  const begun = plan as { definition: Definition } | null;
  if (trigger !== 'realtime' || !begun) return;
  const { cursor_field } = begun.definition;
  // A source that is polled may have said itself by which field.
  if (
    isSameBut(
      { ...settings, cursor_field: settings.cursor_field ?? cursor_field },
      begun.definition,
    )
  )
    return;
  const message = 'The sync was changed since. Run the sync: it follows its source as it is now.';
  throw new AppError('run_state', { message });
}

/** Nothing has begun elsewhere since a run ended. @throws AppError run_state (409) */
async function requireLatest(tx: Tx, sync: SyncRow, { id, finished_at }: RunRow): Promise<void> {
  if (await selectIsOvertaken(tx, sync.organization_id, sync.id, id)) {
    const message = 'A later run has begun since, which goes on in its place.';
    throw new AppError('run_state', { message });
  }
  const { position_is_set, position_at } = sync;
  if (position_is_set && finished_at && position_at && position_at >= finished_at) {
    const message = 'The cursor of the sync was set since. Run the sync to begin there.';
    throw new AppError('run_state', { message });
  }
}

/** What it is paused for, and nothing else. */
function accept({ request, pause }: RunRow): RunRequest {
  if (pause === null) return request;
  const cause = pause.planned_deletes === null ? 'fields' : 'deletes';
  return { ...request, accepted: [...new Set([...(request.accepted ?? []), cause] as const)] };
}

function isActive({ status }: RunRow): boolean {
  return status === 'queued' || status === 'running' || status === 'paused';
}

/** @throws AppError 400 for a part of a sync that has no field or key to choose it by */
function requestOf({ settings }: SyncRow, body: Of<'runSync'>['body']): RunRequest {
  const { from, to, keys, full_refresh } = body;
  const isPart = from || to || keys;
  if (isPart && full_refresh)
    throw invalid('full_refresh', 'reads everything: leave out the part.');
  if ((from || to) && keys) throw invalid('keys', 'choose the part by keys or by from and to.');
  if ((from || to) && settings.cursor_field === null) {
    throw invalid('from', 'chooses by the cursor field, and this sync has none.');
  }
  if (isPart && (settings.mode === 'replace' || settings.mode === 'mirror')) {
    throw invalid('keys', `a part cannot be read again with the mode ${settings.mode}.`);
  }
  const chosen = keys?.map(keyOf);
  if (chosen) checkKeys(settings, chosen);
  return {
    ...(full_refresh ? { full_refresh: true } : {}),
    ...(from ? { from } : {}),
    ...(to ? { to } : {}),
    ...(chosen ? { keys: chosen } : {}),
  };
}

/** @throws AppError 400, where it is known already that records are not found by these */
function checkKeys({ key }: Definition, keys: readonly unknown[][]): void {
  if (key === null || keys.every(({ length }) => length === key.length)) return;
  throw invalid('keys', `must each have a value for ${key.join(', ')}.`);
}

/** A key of one field is its value; of several, a list. */
function keyOf(given: unknown): (string | null)[] {
  return (Array.isArray(given) ? given : [given]).map((part) => {
    if (part === null) return null;
    return typeof part === 'object' ? JSON.stringify(part) : String(part);
  });
}
