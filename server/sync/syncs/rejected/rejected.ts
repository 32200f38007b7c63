import type { In } from '../../../../contract/endpoint.ts';
import type { runs } from '../../../../contract/sync/runs.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { parseExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { protectsMoreSince } from '../protection.ts';
import { Confidence } from '../runs/confidence.ts';
import { activeOf, beginRun } from '../runs/runs.ts';
import { showRun } from '../runs/shown.ts';
import { lockRun, selectRun } from '../runs/store.ts';
import { lockSync, selectSync } from '../store.ts';
import { requireUseOfEnds, requireUseOfRun } from '../use.ts';
import { type RejectedRow, selectRejected, selectRetriable } from './store.ts';

type Services = { keyring: Keyring; providers: Providers };
const notKept = 'The reason was not kept.';
/** A transform may have told a value of one field in another one. */
const hidden = 'It is not shown: the sync protects more since.';

type Of<Name extends keyof typeof runs> = In<typeof runs, Name>;

/** @throws AppError not_found (404) */
export const listRejected =
  ({ keyring, providers }: Services) =>
  async (ctx: ReadContext, input: Of<'listRejected'>) => {
    const { params, query } = input;
    const { db, organization } = ctx;
    const sync = found(await selectSync(db, organization, params.sync));
    const run = found(await selectRun(db, organization, params.sync, params.run));
    await requireUseOfRun(ctx, providers, run, sync);
    const rows = await selectRejected(db, organization, run.id, numberedPageOf(query));
    const confidence = new Confidence(keyring, run);
    const isHidden = protectsMoreSince(sync, run);
    const said = (reason: Buffer | null) => (reason ? confidence.decrypt(reason) : notKept);
    const recordOf = ({ encrypted_record }: RejectedRow) =>
      parseExactly(confidence.decrypt(encrypted_record)) as Record<string, Json>;
    const show = (row: RejectedRow) => ({
      id: String(row.id),
      record: isHidden ? {} : recordOf(row),
      field: row.field,
      reason: isHidden ? hidden : said(row.encrypted_reason),
      retried_at: row.retried_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
    });
    const path = `/v1/syncs/${params.sync}/runs/${run.id}/errors`;
    return answerPage(ctx, { path, query }, rows, { show, key: ({ id }) => String(id) });
  };

/** A run of those of these records that were not tried again yet. @throws AppError not_found (404), run_active, run_state (409) */
export const retryRejected =
  ({ keyring, providers }: Services) =>
  async (ctx: WriteContext, { params }: Of<'retryRejected'>) => {
    const { tx, organization } = ctx;
    const sync = found(await lockSync(tx, organization, params.sync));
    const before = found(await lockRun(tx, organization, params.sync, params.run));
    await requireUseOfEnds({ ...ctx, db: tx }, providers, sync.settings);
    if (!sync.enabled) {
      throw new AppError('run_state', { message: 'The sync is stopped; enable it first.' });
    }
    const { mode } = sync.settings;
    if (mode === 'replace' || mode === 'mirror') {
      throw new AppError('run_state', {
        message: `With the mode ${mode} only a whole run can try them again: run the sync.`,
      });
    }
    const refusal = refusalOf(await selectRetriable(tx, organization, before.id));
    if (refusal) throw new AppError('run_state', { message: refusal });
    const request = { retry_of: before.id };
    const run = await beginRun(ctx, keyring, { sync_id: sync.id, trigger: 'manual', request });
    if (!run) throw activeOf(sync);
    await record(ctx, 'sync.run', sync.id, []);
    return showRun(run);
  };

/** Why there is nothing to try again. */
function refusalOf({ all, left, lost }: { all: number; left: number; lost: number }) {
  if (left > 0) return undefined;
  if (all === 0) return 'The run set nothing aside.';
  return all > lost
    ? 'All of them were tried again; what was refused then was set aside by that run.'
    : 'They cannot be found again: the sync has no key, or protects it, or they are no whole records.';
}
