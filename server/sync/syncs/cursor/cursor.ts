import type { In } from '../../../../contract/endpoint.ts';
import type { runs } from '../../../../contract/sync/runs.ts';
import { nameOf } from '../../../platform/access/callers.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError, invalid } from '../../../runtime/errors.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { type Definition, protectedIn } from '../definition.ts';
import { lockSync, type SyncRow, selectSync, updatePosition } from '../store.ts';
import { keptIn, leanPosition, showPosition } from './positions.ts';
import { insertPosition, type PositionRow, selectPositions } from './store.ts';

type Of<Name extends keyof typeof runs> = In<typeof runs, Name>;

/** @throws AppError not_found (404) */
export async function getCursor({ db, organization }: ReadContext, { params }: Of<'getCursor'>) {
  const { position, position_at } = found(await selectSync(db, organization, params.sync));
  return { cursor: showPosition(position), updated_at: position_at?.toISOString() ?? null };
}

/** @throws AppError not_found (404), run_active (409), 400 */
export async function putCursor(ctx: WriteContext, { params, body }: Of<'putCursor'>) {
  const position = positionOf(body.cursor);
  const sync = await lockIdle(ctx, params.sync);
  refuseTold(sync);
  refuseUnprotected(sync.settings, position);
  await setPosition(ctx, sync, position);
  return { cursor: showPosition(position), updated_at: ctx.now.toISOString() };
}

/** @throws AppError not_found (404), run_active (409) */
export async function deleteCursor(ctx: WriteContext, { params }: Of<'deleteCursor'>) {
  await setPosition(ctx, await lockIdle(ctx, params.sync), null);
  return undefined;
}

/** @throws AppError not_found (404) */
export async function getCursorHistory(ctx: ReadContext, input: Of<'getCursorHistory'>) {
  const { params, query } = input;
  const { db, organization } = ctx;
  const sync = found(await selectSync(db, organization, params.sync));
  const rows = await selectPositions(db, organization, sync.id, numberedPageOf(query));
  const show = ({ position, run_id, set_by, created_at }: PositionRow) => ({
    cursor: showPosition(position),
    run_id,
    set_by,
    created_at: created_at.toISOString(),
  });
  const path = `/v1/syncs/${sync.id}/cursor/history`;
  return answerPage(ctx, { path, query }, rows, { show, key: ({ id }) => String(id) });
}

async function lockIdle({ tx, organization }: WriteContext, id: string): Promise<SyncRow> {
  const sync = found(await lockSync(tx, organization, id));
  if (sync.active !== null) throw new AppError('run_active');
  return sync;
}

async function setPosition(ctx: WriteContext, sync: SyncRow, position: string | null) {
  const { tx, organization, caller, now } = ctx;
  await updatePosition(tx, organization, sync.id, position, now);
  await insertPosition(tx, organization, sync.id, {
    position: position === null ? null : leanPosition(position),
    run_id: null,
    set_by: nameOf(caller),
    created_at: now,
  });
  await record(ctx, 'cursor.set', sync.id, []);
}

/** @throws AppError 400 for a sync whose source tells what changes */
function refuseTold({ schedule, settings, cursor_found }: SyncRow): void {
  if (schedule !== 'realtime' || (settings.cursor_field ?? cursor_found) !== null) return;
  const message =
    'is kept by its source in realtime; to read everything anew, run it with full_refresh.';
  throw invalid('cursor', message);
}

/** What a sync protects is in no position that can be read. @throws AppError 400 */
function refuseUnprotected(settings: Definition, position: string): void {
  const names = protectedIn(settings);
  if (names.length === 0) return;
  const { of: _, sealed: __, value, ...others } = keptIn(position);
  const field = settings.cursor_field?.toLowerCase();
  const isCursor = names.some((name) => name.toLowerCase() === field);
  if (Object.keys(others).length === 0 && (value === undefined || !isCursor)) return;
  const message = 'would show what the sync protects; set one that GET answered, or delete it.';
  throw invalid('cursor', message);
}

/** What `GET` answers, or `{"value": …}` of the cursor field. @throws AppError 400 */
function positionOf(given: unknown): string {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw invalid('cursor', 'must be what GET answers, or {"value": …}.', 'type');
  }
  const { value, ...others } = given as { value?: unknown };
  if (Object.keys(others).length > 0) return JSON.stringify(given);
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw invalid('cursor.value', 'must be text or a number.', 'type');
  }
  return JSON.stringify({ value: String(value) });
}
