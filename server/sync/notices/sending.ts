import { queueMails } from '../../platform/mail/mail.ts';
import { singleLine } from '../../platform/mail/single-line.ts';
import type { Services } from '../../platform/product.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Sessions } from '../connections/sessions.ts';
import { selectConnection } from '../connections/store.ts';
import type { ApplyResult } from '../connectors/applying.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { addressesIn, type Notice, providerOf, type Words } from './notice.ts';
import { textField } from './text-field.ts';
import { cutFor } from './words.ts';

export type NoticeServices = Pick<Services, 'database' | 'enqueue' | 'clock'> & {
  readonly sessions: Sessions;
  readonly tellWebhook: TellWebhook;
};

/** Has a webhook of the organization deliver a notice, once under its key. @throws ConnectorError */
export type TellWebhook = (
  tx: Tx,
  organization: number,
  notice: Pick<Notice, 'to'> & Omit<Words, 'subject'>,
  now: Date,
) => Promise<Sent>;

export type Sent = {
  /** Of the thread, the message or the delivery, where there is one. */
  readonly id?: string;
  /** Of one that several fields name. */
  readonly key?: ApplyResult['key'] | undefined;
};

const sendSeconds = 30;
const dataCharactersMax = 100_000;
const subjectCharactersMax = 200;
const subjectDefault = 'A notice';

/**
 * Tells somebody something, once under a key. It takes half a minute at most, and whoever sends it
 * decides what becomes of it then.
 * @throws ConnectorError `retry`, where it may be sent later; everything else is to be changed first
 */
export async function sendNotice(
  services: NoticeServices,
  organization: number,
  notice: Notice,
  words: Words,
  signal: AbortSignal,
): Promise<Sent> {
  const message = cutFor(notice.channel, words.message);
  if (message.trim() === '') throw new ConnectorError('request', 'The message is empty.');
  switch (notice.channel) {
    case 'slack':
    case 'threads':
      return post(services, organization, notice, { ...words, message }, signal);
    case 'email':
      return mail(services, organization, notice, { ...words, message });
    case 'webhook':
      return deliver(services, organization, { ...words, to: notice.to, message });
  }
}

async function post(
  { database, sessions }: NoticeServices,
  organization: number,
  { channel, connection_id: id, to }: Notice,
  { message, key, depth }: Words,
  signal: AbortSignal,
): Promise<Sent> {
  const db = database.of(organization).reading;
  const connection = id === null ? undefined : await selectConnection(db, organization, id);
  const provider = channel === 'slack' ? providerOf.slack : providerOf.threads;
  if (connection?.provider !== provider) {
    const why = `The connection ${id} of the notice is gone; name another.`;
    throw new ConnectorError('configuration', why);
  }
  const { object, place, text } = channel === 'slack' ? inSlack : placeOf(to);
  const limit = AbortSignal.any([signal, AbortSignal.timeout(sendSeconds * 1000)]);
  const [result] = await sessions.use(connection, limit, (session) =>
    session.apply({
      ...{ object, operation: 'insert', key: [] },
      fields: [textField(place), textField(text)],
      rows: [[to, message]],
      idempotencyKey: `notice ${key}`,
      ...(depth === undefined ? {} : { depth }),
    }),
  );
  if (result?.error === undefined) {
    return result?.id === undefined ? {} : { id: result.id, key: result.key };
  }
  throw new ConnectorError(result.isUnknown ? 'retry' : 'request', result.error);
}

const inSlack = { object: 'messages', place: 'channel', text: 'text' };

/** Where in Messaging something is posted: in a channel by name or id, or in a chat. */
function placeOf(to: string) {
  if (/^[0-9a-f-]{36}$/.test(to)) return { object: 'messages', place: 'chatID', text: 'body' };
  return { object: 'threads', place: /^\d{11}$/.test(to) ? 'channelID' : 'channel', text: 'text' };
}

async function deliver(
  { database, clock, tellWebhook }: NoticeServices,
  organization: number,
  notice: Parameters<TellWebhook>[2],
): Promise<Sent> {
  const length = JSON.stringify(notice.data ?? null).length;
  if (length > dataCharactersMax) {
    const rule = `data must have at most ${dataCharactersMax} characters as JSON; it has ${length}.`;
    throw new ConnectorError('request', rule);
  }
  const wall = database.of(organization);
  return wall.transaction((tx) => tellWebhook(tx, organization, notice, clock.now()));
}

/** Into the outbox, from where it is handed over. */
async function mail(
  { database, enqueue, clock }: NoticeServices,
  organization: number,
  { to }: Notice,
  { message, subject, key }: Words,
): Promise<Sent> {
  const mails = recipientsIn(to).map((recipient, at) => ({
    key: `notice ${key} ${at}`,
    recipient,
    subject: singleLine(subject || subjectDefault, subjectCharactersMax),
    body: message,
  }));
  await database
    .of(organization)
    .transaction((tx) => queueMails(tx, enqueue, organization, mails, clock.now()));
  return {};
}

/** @throws ConnectorError */
function recipientsIn(to: string): string[] {
  try {
    return addressesIn(to, 'to');
  } catch (error) {
    if (error instanceof AppError) throw new ConnectorError('request', error.message);
    throw error;
  }
}
