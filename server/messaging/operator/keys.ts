import * as keys from '../../platform/access/keys.ts';
import { readName } from '../../platform/names.ts';
import { audit, inOrganization, untilHeard } from '../../platform/operator/acting.ts';
import { readPlan } from '../../platform/operator/plans.ts';
import { readScopes } from '../../platform/operator/scopes.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { readId } from '../../runtime/ids.ts';
import { createBot, endBot } from '../users/users.ts';

export type KeyToCreate = {
  name: string;
  kind: 'sync' | 'threads';
  /** Scopes of other products, separated by blanks, or `all`; for keys of Sync only. */
  scope?: string;
  plan: string;
};

export async function createKey(
  platform: Platform,
  organization: string,
  { kind, plan, scope = '', ...given }: KeyToCreate,
) {
  return inOrganization(platform, organization, async (ctx) => {
    const name = readName(given.name);
    const scopes = scope.trim() === '' ? [] : readScopes(scope);
    if (scopes.length > 0 && kind !== 'sync') {
      throw invalid('scope', 'is for keys of the kind sync: others have the scopes of their API.');
    }
    const key = { name, kind, plan: readPlan(plan), scopes };
    const made = await keys.createKey(ctx.tx, ctx.organization, key, ctx.now);
    await audit(ctx, 'key.create', made.id);
    if (kind === 'threads') await createBot(ctx, readId('key', made.id) as number, name);
    return made;
  });
}

export async function revokeKey(
  platform: Platform,
  organization: string,
  id: string,
): Promise<void> {
  const revoked = inOrganization(platform, organization, async (ctx) => {
    await keys.revokeKey(ctx.tx, ctx.organization, id, ctx.now);
    await endBot(ctx, readId('key', id) as number);
    await audit(ctx, 'key.revoke', id);
  });
  await untilHeard(revoked);
}
