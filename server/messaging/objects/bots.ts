import { messagingScopes } from '../../../contract/messaging/index.ts';
import { nameLengthMax } from '../../../contract/messaging/shapes.ts';
import { createKey, endKey } from '../../platform/access/keys.ts';
import { selectLiveKey, updateKeyName } from '../../platform/access/store.ts';
import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import { normalizeName } from '../../platform/names.ts';
import type { Agent, ProductObjects } from '../../platform/objects.ts';
import { AppError } from '../../runtime/errors.ts';
import { publish } from '../../runtime/events/events.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { updateBotName } from '../users/store.ts';
import { createBot, endBot } from '../users/users.ts';

/** The key of a bot: its text is known to nobody, so that only the connection acts by it. */
type Bot = { key: number };

/**
 * A connection acts as a bot of its name, which is let into private channels as any other is, and
 * ends with its key.
 */
export const bots: Omit<ProductObjects, 'objects'> = {
  appoint,
  async reappoint(ctx, agent, given) {
    const { tx, organization } = ctx;
    const key = await selectLiveKey(tx, organization, (agent as Bot).key);
    if (!key) return appoint(ctx, given);
    const name = nameOf(given);
    if (name !== key.name) await rename(ctx, key.id, name);
    return agent;
  },
  async dismiss(ctx, agent) {
    const { key } = agent as Bot;
    if (!(await endKey(ctx.tx, ctx.organization, key, ctx.now))) return;
    await endBot(ctx, key);
    await record(ctx, 'key.revoke', shortId('key', key), []);
  },
  requireReach() {},
  async callerOf(db, organization, agent) {
    const key = await selectLiveKey(db, organization, (agent as Bot).key);
    if (!key) {
      throw new AppError('forbidden', {
        message: 'The bot of the connection has ended; change the connection to get another.',
      });
    }
    const { id, plan } = key;
    return { kind: 'key', id, organization, plan, scopes: new Set(messagingScopes) };
  },
};

async function appoint(ctx: WriteContext, given: string): Promise<Agent> {
  const name = nameOf(given);
  const key = { name, kind: 'threads', plan: 'professional' } as const;
  const made = await createKey(ctx.tx, ctx.organization, key, ctx.now);
  const id = readId('key', made.id) as number;
  await createBot(ctx, id, name);
  await record(ctx, 'key.create', made.id, []);
  return { key: id };
}

async function rename({ tx, organization, now }: WriteContext, keyId: number, name: string) {
  await updateKeyName(tx, organization, keyId, name);
  const id = await updateBotName(tx, organization, keyId, name);
  if (id === undefined) return;
  const userID = String(id);
  await publish(tx, organization, now, [
    { type: 'user.updated', subject: userID, data: { userID, name } },
  ]);
}

function nameOf(given: string): string {
  const name = [...normalizeName(given)].slice(0, nameLengthMax).join('');
  return name === '' ? 'Sync' : name;
}
