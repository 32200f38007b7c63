import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { type Caller, operatorOf } from '../../platform/access/callers.ts';
import { selectLiveConsumer, selectLiveKey } from '../../platform/access/store.ts';
import type { Agent, ProductObjects } from '../../platform/objects.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { covers, type Reach, reachOf } from '../reach.ts';

/** The client that made a connection, and the practices that it reached then. */
type Client = { kind: 'consumer' | 'key' | 'operator'; id: number; practices: Reach };

/** A connection acts as the client that made it: it opens no more than that client has now. */
export const agents: Omit<ProductObjects, 'objects'> = {
  async appoint({ caller }) {
    return clientOf(caller, reachOf(caller));
  },
  async reappoint(ctx, agent) {
    const client = agent as Client;
    const isThere = (await find(ctx.tx, ctx.organization, client)) !== undefined;
    return isThere ? agent : clientOf(ctx.caller, client.practices);
  },
  async dismiss() {},
  requireReach(caller, agent) {
    if (covers(reachOf(caller), (agent as Client).practices)) return;
    throw new AppError('forbidden', {
      message: 'The connection reaches practices that these credentials do not.',
    });
  },
  async callerOf(db, organization, agent) {
    const found = await find(db, organization, agent as Client);
    if (found) return found;
    throw new AppError('forbidden', {
      message:
        'The client that made the connection has ended; change the connection as another client.',
    });
  },
};

function clientOf({ kind, id }: Caller, practices: Reach): Agent {
  if (kind === 'consumer' || kind === 'key' || kind === 'operator') return { kind, id, practices };
  throw new AppError('forbidden');
}

async function find(
  db: Db,
  organization: number,
  { kind, id, practices }: Client,
): Promise<Caller | undefined> {
  const terms = { id, organization, plan: 'unlimited' } as const;
  if (kind === 'operator') {
    return { ...operatorOf(organization), scopes: new Set(schedulingScopes) };
  }
  if (kind === 'key') {
    const key = await selectLiveKey(db, organization, id);
    return key && { ...terms, kind, scopes: new Set(key.scopes), resourceIds: practices };
  }
  const consumer = await selectLiveConsumer(db, organization, id);
  if (!consumer) return undefined;
  const resourceIds = within(consumer.resource_ids, practices);
  return { ...terms, kind, scopes: new Set(consumer.scopes), resourceIds };
}

/** What both reach. */
function within(one: Reach, other: Reach): Reach {
  if (one === null || other === null) return one ?? other;
  return one.filter((id) => other.includes(id));
}
