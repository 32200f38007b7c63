import { setTimeout as wait } from 'node:timers/promises';
import type { In } from '../../../contract/endpoint.ts';
import type { connections } from '../../../contract/sync/connections.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { loggable } from '../../runtime/log.ts';
import { found } from '../conventions/found.ts';
import { dismiss } from './own.ts';
import type { Sessions } from './sessions.ts';
import {
  type ConnectionRow,
  deleteConnection as deleteRow,
  lockConnection,
  selectConnection,
} from './store.ts';

const leaveSeconds = 5;
const looksMax = 25;
const lookMilliseconds = 200;

/** What becomes of the syncs of a connection that goes. */
export type SyncsOfConnection = {
  stop(ctx: WriteContext, id: string): Promise<void>;
  /** The name under which its system keeps what it has not told yet; undefined: nothing. */
  slotOf(db: ReadContext['db'], organization: number, id: string): Promise<string | undefined>;
};

/** What its system keeps for its syncs goes before, if that can be reached. @throws AppError not_found (404) */
export const deleteConnection =
  ({ sessions }: { sessions: Sessions }, syncs: SyncsOfConnection) =>
  async (ctx: OutsideContext, { params }: In<typeof connections, 'deleteConnection'>) => {
    const { organization } = ctx;
    const row = found(await selectConnection(ctx.db, organization, params.connection));
    if ((await syncs.slotOf(ctx.db, organization, row.id)) !== undefined) {
      await ctx.transaction((within) => syncs.stop(within, row.id));
      await leave(ctx, sessions, row, syncs.slotOf);
    }
    await ctx.transaction(async (within) => {
      const { tx } = within;
      const held = found(await lockConnection(tx, organization, row.id));
      await syncs.stop(within, held.id);
      await dismiss(within, sessions.providers, held);
      await deleteRow(tx, organization, held.id);
      await record(within, 'connection.delete', held.id, []);
    });
    return undefined;
  };

/** Whoever follows the system drops what it keeps; if nobody does, it is dropped here. */
async function leave(
  { db, log }: OutsideContext,
  sessions: Sessions,
  row: ConnectionRow,
  slotOf: SyncsOfConnection['slotOf'],
): Promise<void> {
  let slot: string | undefined;
  for (let look = 0; look < looksMax; look += 1) {
    slot = await slotOf(db, row.organization_id, row.id);
    if (slot === undefined) return;
    await wait(lookMilliseconds);
  }
  const name = slot as string;
  try {
    const signal = AbortSignal.timeout(leaveSeconds * 1000);
    await sessions.use(row, signal, async (session) => {
      const feed = await session.feed?.(name);
      await feed?.keep([]);
    });
  } catch (error) {
    const said = 'a replication slot and its publication are left at the source: drop them there';
    log.warn({ ...loggable(error), connection: row.id, slot: name }, said);
  }
}
