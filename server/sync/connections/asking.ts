import type { OutsideContext } from '../../platform/context.ts';
import type { Session } from '../connectors/connector.ts';
import { found } from '../conventions/found.ts';
import { requireUse, type Use } from './own.ts';
import { outward, type Sessions } from './sessions.ts';
import { selectConnection } from './store.ts';

const askSeconds = 30;

/**
 * Asks the system behind a connection something that somebody waits for.
 * @throws AppError not_found (404), missing_scope, forbidden (403), upstream_error (502)
 */
export async function asking<T>(
  ctx: OutsideContext,
  sessions: Sessions,
  { id, uses }: { id: string; uses: readonly Use[] },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const row = found(await selectConnection(ctx.db, ctx.organization, id));
  for (const use of uses) await requireUse(ctx, sessions.providers, row, use);
  try {
    return await sessions.use(row, AbortSignal.timeout(askSeconds * 1000), work);
  } catch (error) {
    throw outward(error);
  }
}
