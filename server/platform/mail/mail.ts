import type { Transporter } from 'nodemailer';
import { needsUtf8 } from '../../runtime/addresses.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import { type Enqueue, type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import type { Log } from '../../runtime/log.ts';
import {
  insertMails,
  lockTopic,
  type MailRow,
  type NewMail,
  updateMailFailed,
  updateMailLeft,
  updateMailSent,
  updateMailTaken,
} from './store.ts';
import { speaksUtf8 } from './utf8.ts';

export { type NewMail, updateMailsWithdrawn as withdrawMails } from './store.ts';

/** The time limit of the job. */
const takenSecondsMax = 900;
const againMilliseconds = 1_000;
/**
 * Handovers at a time: slow recipients keep nobody else waiting, and few mail servers mind so many.
 */
const handoversMax = 6;
/** How long a mail server may stay silent; then the mail is tried again later. */
const silenceMillisecondsMax = 120_000;

type Send = { organization: number; id: number };

const sendMail = new JobType<Send>('mail.send', {
  retriesMax: 20,
  atOnce: handoversMax,
  seconds: takenSecondsMax,
});

/** Puts mails into the outbox, in the transaction that causes them; a job sends them. */
export async function queueMails(
  tx: Tx,
  enqueue: Enqueue,
  organization: number,
  mails: readonly NewMail[],
  now: Date,
): Promise<void> {
  for (const id of await insertMails(tx, organization, mails, now)) {
    await enqueue(tx, sendMail, { organization, id });
  }
}

type Services = {
  config: Config;
  database: Database;
  clock: Clock;
  log: Log;
  enqueue: Enqueue;
};

/** Sends mails of the outbox through the SMTP server; without one they stay in the outbox. */
export function mailJob(services: Services): Job {
  const { smtpUrl, mailFrom } = services.config;
  let opened: Promise<Transporter> | undefined;
  return job(
    sendMail,
    async ({ organization, id }) => {
      if (smtpUrl === undefined) return;
      const wall = services.database.of(organization);
      const mail = await wall.transaction((tx) => take(tx, services, organization, id));
      if (!mail) return;
      try {
        opened ??= open(smtpUrl);
        const failure =
          needsUtf8(mail.recipient) && !(await speaksUtf8(smtpUrl))
            ? 'the mail server takes no such address (SMTPUTF8)'
            : await send(await opened, mailFrom, organization, mail);
        const now = services.clock.now();
        if (failure !== undefined) services.log.warn({ mail: id, failure }, 'a mail was refused');
        await wall.transaction((tx) =>
          failure === undefined
            ? updateMailSent(tx, organization, id, now)
            : updateMailFailed(tx, organization, id, failure, now),
        );
      } catch (error) {
        await wall.transaction((tx) => updateMailLeft(tx, organization, id));
        throw error;
      }
    },
    async () => (await opened)?.close(),
  );
}

/**
 * The mail, if it may be sent now: not after a later one of its topic, and not beside an earlier
 * one.
 */
async function take(
  tx: Tx,
  { clock, enqueue }: Services,
  organization: number,
  id: number,
): Promise<MailRow | undefined> {
  const topic = await lockTopic(tx, organization, id);
  const mail = topic.find((one) => one.id === id);
  if (!mail || mail.is_settled) return undefined;
  if (topic.some((one) => one.id > id)) {
    await updateMailFailed(tx, organization, id, 'replaced', clock.now());
    return undefined;
  }
  if (topic.some((one) => one.id < id && one.is_taken)) {
    const startAfter = new Date(Date.now() + againMilliseconds);
    await enqueue(tx, sendMail, { organization, id }, { startAfter });
    return undefined;
  }
  await updateMailTaken(tx, organization, id, takenSecondsMax);
  return mail;
}

/** Loaded with the first mail: it takes a tenth of the start-up time. */
async function open(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    pool: true,
    maxConnections: handoversMax,
    connectionTimeout: 15_000,
    socketTimeout: silenceMillisecondsMax,
  });
}

/**
 * Sends a mail. Undefined when the mail server took it; the reply code when it was refused for good
 * (RFC 5321, section 4.2.1). Throws when it should be tried again.
 */
async function send(
  transport: Transporter,
  from: string,
  organization: number,
  mail: MailRow,
): Promise<string | undefined> {
  try {
    await transport.sendMail({
      from,
      to: { name: '', address: mail.recipient },
      ...(isAnswerable(mail) && { replyTo: { name: '', address: mail.reply_to ?? '' } }),
      subject: mail.subject,
      text: mail.body,
      // The same at each attempt, so that a duplicate can be recognized.
      messageId: `<mail.${organization}.${mail.id}@heddle>`,
      disableFileAccess: true,
      disableUrlAccess: true,
      ...(mail.calendar && {
        icalEvent: { method: mail.calendar_method ?? 'REQUEST', content: mail.calendar },
      }),
    });
    return undefined;
  } catch (error) {
    const { responseCode, code } = error as { responseCode?: number; code?: string };
    if (responseCode !== undefined && responseCode >= 500 && code !== 'EAUTH') {
      return `SMTP ${responseCode}`;
    }
    // The server's words may quote the recipient, so they are not passed on.
    throw new Error(`the mail server did not take it (${responseCode ?? code ?? 'no answer'})`);
  }
}

/**
 * Whether the reply address can stand in the header: one beyond ASCII needs a server that speaks
 * UTF-8, as such a recipient shows.
 */
function isAnswerable({ recipient, reply_to }: MailRow): boolean {
  return reply_to !== null && (!needsUtf8(reply_to) || needsUtf8(recipient));
}
