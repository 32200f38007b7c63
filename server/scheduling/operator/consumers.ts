import * as consumers from '../../platform/consumers/consumers.ts';
import type { WriteContext } from '../../platform/context.ts';
import { readName } from '../../platform/names.ts';
import { audit, inOrganization, untilHeard, write } from '../../platform/operator/acting.ts';
import { readPlan } from '../../platform/operator/plans.ts';
import { readScopes } from '../../platform/operator/scopes.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { selectPracticeId } from '../practices/store.ts';

export type ConsumerToCreate = {
  name: string;
  /** Scopes separated by blanks, or `all`. */
  scope: string;
  /** Ids; none: every practice of the organization. */
  practices: readonly string[];
  plan: string;
};

export async function createConsumer(
  platform: Platform,
  organization: string,
  { name, scope, practices, plan }: ConsumerToCreate,
) {
  return inOrganization(platform, organization, async (ctx) => {
    const scopes = readScopes(scope);
    const resourceIds = await readPractices(ctx, practices);
    const consumer = { name: readName(name), scopes, resourceIds, plan: readPlan(plan) };
    const made = await consumers.createConsumer(ctx.tx, ctx.organization, consumer, ctx.now);
    await audit(ctx, 'consumer.create', `consumer:${made.id}`);
    const { client_id, client_secret } = made;
    return { client_id, client_secret, scope: scopes.join(' '), plan: consumer.plan };
  });
}

export async function rotateConsumer(platform: Platform, clientId: string) {
  return untilHeard(write(platform, (tx, now) => consumers.rotateConsumer(tx, clientId, now)));
}

export async function listConsumers({ database }: Platform) {
  const rows = await consumers.listConsumers(database);
  return rows.map((row) => ({
    client_id: row.client_id,
    name: row.name,
    organization: shortId('organization', row.organization_id),
    scope: row.scopes.join(' '),
    practices: row.resource_ids?.map((id) => shortId('practice', id)) ?? null,
    plan: row.plan,
    created_at: row.created_at.toISOString(),
    revoked_at: row.revoked_at?.toISOString() ?? null,
  }));
}

async function readPractices({ tx, organization }: WriteContext, given: readonly string[]) {
  if (given.length === 0) return null;
  const ids: number[] = [];
  for (const text of given) {
    const id = await selectPracticeId(tx, organization, lookupId('practice', text), null);
    if (id === undefined) throw invalid('practice', `the organization has no practice ${text}.`);
    ids.push(id);
  }
  return ids;
}
