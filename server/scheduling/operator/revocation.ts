import { type ConsumerRow, updateConsumerSuccessor } from '../../platform/access/store.ts';
import { findConsumer, revokeConsumer as revoke } from '../../platform/consumers/consumers.ts';
import { audit, contextOf, untilHeard, write, writeIn } from '../../platform/operator/acting.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Db } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { handOver, requireReach } from '../bookings/leaving/handover.ts';
import { endOffers, type InPieces } from '../bookings/leaving/leaving.ts';
import { selectAppointmentCount } from '../bookings/leaving/store.ts';

/** What became of the bookings of a consumer; empty when it had none. */
export type Revocation = {
  ok: true;
  bookings_withdrawn?: number;
  series_ended?: number;
  appointments_kept?: number;
  bookings_handed_over?: number;
  series_handed_over?: number;
  appointments_handed_over?: number;
};

/**
 * Ends a consumer, and then what it offers: its series and open bookings end, or another consumer
 * gets them, including those that were being made meanwhile. Appointments stay.
 * The credentials end first; the rest is done in pieces, and continues when it is called again. For
 * a consumer that was revoked before, it ends what is left.
 */
export async function revokeConsumer(
  platform: Platform,
  clientId: string,
  transferTo?: string,
): Promise<Revocation> {
  const { consumer, successor } = await untilHeard(endCredentials(platform, clientId, transferTo));
  const { organization_id, id } = consumer;
  const inPieces: InPieces = (work) => writeIn(platform, organization_id, work);
  if (successor) return revocationOf(await handOver(inPieces, { from: id, to: successor.id }));
  const offers = await endOffers(inPieces, { column: 'consumer_id', id });
  return revocationOf({
    ...offers,
    appointments_kept: await countAppointments(platform, consumer),
  });
}

async function endCredentials(platform: Platform, clientId: string, transferTo?: string) {
  return write(platform, async (tx, now) => {
    const consumer = await findConsumer(tx, clientId);
    const { organization_id, id } = consumer;
    const ctx = contextOf(platform, tx, organization_id, now);
    const successor =
      transferTo === undefined ? undefined : await findSuccessor(tx, consumer, transferTo);
    if (successor) await requireReach(ctx, id, successor);
    if (consumer.revoked_at === null) await revoke(tx, clientId, now);
    await updateConsumerSuccessor(tx, organization_id, id, successor?.id ?? null);
    if (successor)
      await audit(ctx, 'consumer.transfer', `consumer:${id} to consumer:${successor.id}`);
    return { consumer, successor };
  });
}

async function findSuccessor(db: Db, consumer: ConsumerRow, clientId: string) {
  const successor = await findConsumer(db, clientId).catch(() => undefined);
  const isFit =
    successor?.organization_id === consumer.organization_id &&
    successor.revoked_at === null &&
    successor.id !== consumer.id;
  if (!isFit) {
    throw invalid('transfer_to', `the organization has no other active consumer ${clientId}.`);
  }
  return successor;
}

async function countAppointments({ database, clock }: Platform, consumer: ConsumerRow) {
  const { organization_id, id } = consumer;
  const db = database.of(organization_id).reading;
  return selectAppointmentCount(db, organization_id, id, clock.now());
}

function revocationOf(counts: Omit<Revocation, 'ok'>): Revocation {
  const isEmpty = Object.values(counts).every((count) => count === 0);
  return { ok: true, ...(isEmpty ? {} : counts) };
}
