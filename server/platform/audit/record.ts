import type { Action } from '../../../contract/events.ts';
import { type NewEvent, publish } from '../../runtime/events/events.ts';
import { nameOf } from '../access/callers.ts';
import type { WriteContext } from '../context.ts';
import { insertAudit } from './store.ts';

/**
 * Writes the audit entry of a change and publishes its events, in the transaction of the change.
 */
export async function record(
  { tx, caller, organization, now, requestId }: WriteContext,
  action: Action,
  subject: string,
  events: readonly NewEvent[],
): Promise<void> {
  const actor = nameOf(caller);
  await Promise.all([
    insertAudit(tx, organization, { actor, action, subject, requestId, now }),
    publish(tx, organization, now, events),
  ]);
}
