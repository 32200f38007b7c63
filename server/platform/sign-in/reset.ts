import { createHash, randomBytes } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { Email } from '../../../contract/platform/shapes.ts';
import { keptAddress } from '../../runtime/addresses.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import { randomText } from '../../runtime/ids.ts';
import { type Enqueue, type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { type NewMail, queueMails } from '../mail/mail.ts';
import { singleLine } from '../mail/single-line.ts';
import { insertVerification, selectAccountByEmail } from './store.ts';

const tokenBytes = 24;
const heldMinutes = 60;

export const resetBody = {
  type: 'object',
  properties: { email: Email },
  required: ['email'],
};

/**
 * Requests a mail with a link. A job looks up whether there is such an account, so that the answer
 * and its timing do not tell.
 */
export async function requestReset(
  { database, enqueue }: { database: Database; enqueue: Enqueue },
  { body }: FastifyRequest,
) {
  const email = keptAddress((body as { email: string }).email);
  const request = randomText(24);
  await database.system.transaction((tx) => enqueue(tx, mailReset, { email, request }));
  return { status: true, message: 'If there is such an account, a mail is on its way.' };
}

type Services = { config: Config; database: Database; clock: Clock; enqueue: Enqueue };
type Asked = { email: string; request: string };

const mailReset = new JobType<Asked>('people.reset_password');

/** Mails a link with which better-auth's `/reset-password` accepts a new password. */
export function resetJob({ config, database, clock, enqueue }: Services): Job {
  return job(mailReset, async ({ email, request }) => {
    const account = await selectAccountByEmail(database.system.reading, email);
    if (!account) return;
    const now = clock.now();
    const token = randomBytes(tokenBytes).toString('base64url');
    const url = `${config.publicUrl}/reset-password?token=${token}`;
    const mail = letter({ request, email, name: account.name, url });
    await database.system.transaction(async (tx) => {
      await insertVerification(tx, {
        id: randomText(24),
        identifier: identifierOf(token),
        value: account.user_id,
        now,
        expiresAt: new Date(now.getTime() + heldMinutes * 60_000),
      });
      await queueMails(tx, enqueue, account.organization_id, [mail], now);
    });
  });
}

/** As better-auth looks it up, with `storeIdentifier: 'hashed'`. */
function identifierOf(token: string): string {
  return createHash('sha256').update(`reset-password:${token}`).digest('base64url');
}

type Facts = { request: string; email: string; name: string; url: string };

function letter({ request, email, name, url }: Facts): NewMail {
  return {
    key: `password reset ${request}`,
    recipient: email,
    subject: 'Set a new password',
    body: [
      `Hello ${singleLine(name, 200)},`,
      '',
      'to set a new password for Heddle, open this page:',
      url,
      '',
      `The link works once, within ${heldMinutes} minutes.`,
      'If you did not ask for it, ignore this mail; your password stays as it is.',
      '',
    ].join('\n'),
    confidential: true,
  };
}
