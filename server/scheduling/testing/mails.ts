import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { until } from '../../runtime/testing/until.ts';
import type { Scene } from './scene.ts';

export type OutboxMail = {
  recipient: string;
  reply_to: string | null;
  subject: string;
  body: string;
  calendar: string;
  calendar_method: string;
  sent_at: Date | null;
  failed_at: Date | null;
  failure: string | null;
};

/** The outbox of an organization once it has at least so many mails that are `ready`. */
export async function readOutbox(
  { app, organization }: Pick<Scene, 'app' | 'organization'>,
  count: number,
  ready: (mail: OutboxMail) => boolean = () => true,
): Promise<OutboxMail[]> {
  return until(`there are ${count} mails`, async () => {
    const mails = await app.server.platform.database
      .of(organization)
      .reading.rows<OutboxMail>('select * from platform.mail order by id');
    return mails.filter(ready).length >= count ? mails : undefined;
  });
}

/** The value of a property of an iCalendar text, unfolded. */
export function propertyOf(calendar: string, name: string): string | undefined {
  const unfolded = calendar.replace(/\r\n[ \t]/g, '');
  return new RegExp(`^${name}[;:](.*?)\r?$`, 'm').exec(unfolded)?.[1];
}

export type Delivery = { recipient: string; text: string };

type SmtpOptions = {
  /** Until when it leaves who mails to a recipient without an answer. */
  pauses?: ReadonlyMap<string, Promise<void>>;
  /** That it does not take addresses and headers in UTF-8 (RFC 6531). */
  hideSMTPUTF8?: boolean;
};

/**
 * An SMTP server on loopback. What it says to a recipient comes from `refusals`, one for each
 * attempt; after them it takes the mail.
 */
export async function startSmtp(
  refusals: Map<string, number[]>,
  { pauses, ...options }: SmtpOptions = {},
) {
  const deliveries: Delivery[] = [];
  const attempts = new Map<string, number>();
  const server = new SMTPServer({
    ...options,
    authOptional: true,
    closeTimeout: 100,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _, done) {
      attempts.set(address, (attempts.get(address) ?? 0) + 1);
      const code = refusals.get(address)?.shift();
      done(code === undefined ? null : Object.assign(new Error('no'), { responseCode: code }));
    },
    async onData(stream, session, done) {
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk);
      for (const { address } of session.envelope.rcptTo) await pauses?.get(address);
      const text = Buffer.concat(chunks).toString();
      for (const { address } of session.envelope.rcptTo)
        deliveries.push({ recipient: address, text });
      done();
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(resolve));
  return { url: `smtp://127.0.0.1:${port}`, deliveries, attempts, close };
}

/** A part of a multipart mail by its type, decoded; undefined when there is none. */
export function partOf(mail: string, type: string): { header: string; text: string } | undefined {
  const parts = mail.split(/\r\n--[^\r\n]+\r\n/).slice(1);
  const part = parts.find((one) => one.toLowerCase().includes(`content-type: ${type}`));
  if (part === undefined) return undefined;
  const end = part.indexOf('\r\n\r\n');
  const header = part.slice(0, end).replace(/\r\n[ \t]+/g, ' ');
  const text = part.slice(end + 4);
  const isBase64 = /transfer-encoding: base64/i.test(header);
  return { header, text: isBase64 ? Buffer.from(text, 'base64').toString() : text };
}
