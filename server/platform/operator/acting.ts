import { setTimeout } from 'node:timers/promises';
import type { Action } from '../../../contract/events.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { operatorOf } from '../access/callers.ts';
import { heardMilliseconds } from '../access/keys.ts';
import { insertAudit } from '../audit/store.ts';
import type { WriteContext } from '../context.ts';
import { findOrganization } from '../organizations/organizations.ts';
import type { Platform } from '../platform.ts';

/** Runs one transaction that is outside the walls between organizations. */
export async function write<T>(
  { database, clock }: Platform,
  work: (tx: Tx, now: Date) => Promise<T>,
): Promise<T> {
  return database.system.transaction((tx) => work(tx, clock.now()));
}

/** The same within one organization, as the operator. */
export async function writeIn<T>(
  platform: Platform,
  organization: number,
  work: (ctx: WriteContext) => Promise<T>,
): Promise<T> {
  return write(platform, (tx, now) => work(contextOf(platform, tx, organization, now)));
}

/** The same in an organization that is named by its id. @throws AppError 400 */
export async function inOrganization<T>(
  platform: Platform,
  organization: string,
  work: (ctx: WriteContext) => Promise<T>,
): Promise<T> {
  return write(platform, async (tx, now) => {
    const id = await findOrganization(tx, organization);
    return work(contextOf(platform, tx, id, now));
  });
}

/** Waits until every process has heard of the write. */
export async function untilHeard<T>(write: Promise<T>): Promise<T> {
  const answer = await write;
  await setTimeout(heardMilliseconds);
  return answer;
}

/** A write context with the operator as its caller. */
export function contextOf(
  { log, config }: Platform,
  tx: Tx,
  organization: number,
  now: Date,
): WriteContext {
  const caller = operatorOf(organization);
  const origin = config.publicUrl;
  return { tx, organization, now, log, caller, requestId: 'operator', origin };
}

export async function audit(
  { tx, organization, now, requestId }: WriteContext,
  action: Action,
  subject: string,
) {
  await insertAudit(tx, organization, { actor: 'operator', action, subject, requestId, now });
}
