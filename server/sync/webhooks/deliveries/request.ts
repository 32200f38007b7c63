import type { ReadContext } from '../../../platform/context.ts';
import { AppError } from '../../../runtime/errors.ts';
import type { Providers } from '../../connections/providers.ts';
import { requireTaking } from '../access.ts';
import type { Confidence } from '../confidence.ts';
import type { WebhookRow } from '../store.ts';
import { fixedHeaders } from './body.ts';
import type { DeliveryRow } from './store.ts';

type Sent = Pick<DeliveryRow, 'type' | 'event_id'> & {
  readonly salt: Buffer | null;
  readonly encrypted: Buffer | null;
};

/** What is sent of a delivery, to whoever could have it sent again; null when it is kept no more. */
export async function requestOf(
  ctx: ReadContext,
  providers: Providers,
  webhook: WebhookRow,
  { type, event_id, salt, encrypted }: Sent,
  confidenceOf: (salt: Buffer) => Confidence,
) {
  if (!salt || !encrypted || !(await mayTake(ctx, providers, webhook, type))) return null;
  return {
    method: 'POST',
    url: webhook.url,
    headers: headersOf(webhook, event_id, ctx.now),
    body: confidenceOf(salt).decrypt(encrypted),
  };
}

/** Whether the caller may read what a delivery of a type tells. */
export async function mayTake(
  ctx: Parameters<typeof requireTaking>[0],
  providers: Providers,
  { agent }: Pick<WebhookRow, 'agent'>,
  type: string,
): Promise<boolean> {
  try {
    await requireTaking(ctx, providers, { events: [type], agent });
    return true;
  } catch (error) {
    if (error instanceof AppError && error.status === 403) return false;
    throw error;
  }
}

function headersOf({ header_names, previous_until }: WebhookRow, id: string, now: Date) {
  const isOverlap = previous_until !== null && previous_until > now;
  const hidden = [
    ...header_names.map((name) => name.toLowerCase()),
    ...['webhook-timestamp', 'webhook-signature', 'x-threadsync-signature'],
    ...(isOverlap ? ['x-threadsync-signature-next'] : []),
  ];
  return {
    ...{ ...fixedHeaders, 'webhook-id': id },
    ...Object.fromEntries(hidden.map((name) => [name, null])),
  };
}
