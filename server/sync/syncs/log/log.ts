import type { In } from '../../../../contract/endpoint.ts';
import type { runs } from '../../../../contract/sync/runs.ts';
import type { ReadContext } from '../../../platform/context.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import type { Providers } from '../../connections/providers.ts';
import { found } from '../../conventions/found.ts';
import { answerPage, numberedPageOf } from '../../conventions/lists.ts';
import { Confidence } from '../runs/confidence.ts';
import { selectRun } from '../runs/store.ts';
import { selectSync } from '../store.ts';
import { requireUseOfRun } from '../use.ts';
import { type LogRow, selectLog } from './store.ts';

/** @throws AppError not_found (404) */
export const getRunLog =
  ({ keyring, providers }: { keyring: Keyring; providers: Providers }) =>
  async (ctx: ReadContext, input: In<typeof runs, 'getRunLog'>) => {
    const { params, query } = input;
    const { db, organization } = ctx;
    const sync = found(await selectSync(db, organization, params.sync));
    const run = found(await selectRun(db, organization, params.sync, params.run));
    await requireUseOfRun(ctx, providers, run, sync);
    const rows = await selectLog(db, organization, run.id, numberedPageOf(query));
    const confidence = new Confidence(keyring, run);
    const show = ({ at, level, encrypted_message }: LogRow) => ({
      at: at.toISOString(),
      level,
      message: confidence.decrypt(encrypted_message),
    });
    const path = `/v1/syncs/${params.sync}/runs/${run.id}/log`;
    return answerPage(ctx, { path, query }, rows, { show, key: ({ id }) => String(id) });
  };
