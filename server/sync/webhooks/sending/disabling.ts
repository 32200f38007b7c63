import { queueMails } from '../../../platform/mail/mail.ts';
import { selectOwnerEmails } from '../../../platform/organizations/store.ts';
import type { Services } from '../../../platform/product.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import { publish } from '../../../runtime/events/events.ts';
import type { WebhookRow } from '../store.ts';
import { updateDisabled } from './store.ts';

/** Sends nothing more to a webhook, and says so: in the log, and to the owners by mail. */
export async function disableWebhook(
  tx: Tx,
  { clock, enqueue }: Pick<Services, 'clock' | 'enqueue'>,
  webhook: WebhookRow,
  reason: string,
): Promise<void> {
  const now = clock.now();
  if (!(await updateDisabled(tx, webhook, reason, now))) return;
  const { organization_id: organization, id } = webhook;
  const disabled_at = now.toISOString();
  const data = { webhook_id: id, reason, disabled_at };
  await publish(tx, organization, now, [{ type: 'webhook.disabled', subject: id, data }]);
  const owners = await selectOwnerEmails(tx, organization);
  const mails = owners.map((recipient) => ({
    key: `webhook ${id} ${disabled_at} ${recipient}`,
    recipient,
    subject: `A webhook to ${new URL(webhook.url).host} was disabled`,
    body: textOf(webhook, reason),
  }));
  await queueMails(tx, enqueue, organization, mails, now);
}

function textOf({ id, url, description }: WebhookRow, reason: string): string {
  const name = description === '' ? id : `${id} (${description})`;
  return [
    `Heddle does not send to the webhook ${name} at ${new URL(url).host} any more.`,
    reason,
    `What waits for it is kept. Once it works again, enable it: PATCH /v1/webhooks/${id} with {"enabled": true}, and POST /v1/webhooks/${id}/recover for what has failed since.`,
  ].join('\n\n');
}
