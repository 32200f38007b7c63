import type { In } from '../../../../contract/endpoint.ts';
import type { runs } from '../../../../contract/sync/runs.ts';
import { record } from '../../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { Confidence } from '../runs/confidence.ts';
import { beginRun } from '../runs/runs.ts';
import { showRun } from '../runs/shown.ts';
import { lockRun, selectRun } from '../runs/store.ts';
import { lockSync, selectSync } from '../store.ts';
import { requireUseOfEnds, requireUseOfRun } from '../use.ts';
import { type RejectedRow, selectRejected, updateRejectedRetried } from './store.ts';

type Services = { keyring: Keyring; providers: Providers };
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
    const show = (row: RejectedRow) => ({
      id: String(row.id),
      record: JSON.parse(confidence.decrypt(row.encrypted_record)),
      field: row.field,
      reason: row.reason,
      retried_at: row.retried_at?.toISOString() ?? null,
      created_at: row.created_at.toISOString(),
    });
    const path = `/v1/syncs/${params.sync}/runs/${run.id}/errors`;
    return answerPage(ctx, { path, query }, rows, { show, key: ({ id }) => String(id) });
  };

/** A run of these records only. @throws AppError not_found (404), run_active, run_state (409) */
export const retryRejected =
  ({ keyring, providers }: Services) =>
  async (ctx: WriteContext, { params }: Of<'retryRejected'>) => {
    const { tx, organization, now } = ctx;
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
    const [first] = await selectRejected(tx, organization, before.id, { after: 0, limit: 1 });
    if (!first) throw new AppError('run_state', { message: 'The run set nothing aside.' });
    const request = { retry_of: before.id };
    const run = await beginRun(ctx, keyring, { sync_id: sync.id, trigger: 'manual', request });
    if (!run) throw new AppError('run_active');
    await updateRejectedRetried(tx, organization, before.id, now);
    await record(ctx, 'sync.run', sync.id, []);
    return showRun(run);
  };
