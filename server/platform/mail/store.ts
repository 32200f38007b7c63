import type { Db, Tx } from '../../runtime/database/database.ts';

export type NewMail = {
  /** What the mail is about and to whom, so that a repeated job does not write a second one. */
  key: string;
  recipient: string;
  /** Where an answer goes; by default to the sender of all mails. */
  replyTo?: string | undefined;
  /** To the same recipient, a later mail of the same topic replaces one that was not sent yet. */
  topic?: string;
  subject: string;
  body: string;
  /** It contains a secret, such as a link: its text is deleted from the outbox once it is sent. */
  confidential?: boolean;
  calendar?: { method: CalendarMethod; ics: string };
};

export type CalendarMethod = 'REQUEST' | 'CANCEL' | 'PUBLISH';

export type MailRow = {
  id: number;
  recipient: string;
  reply_to: string | null;
  subject: string;
  body: string;
  calendar: string | null;
  calendar_method: CalendarMethod | null;
};

/** Adds those mails to the outbox that are not in it; answers their ids. */
export async function insertMails(
  tx: Tx,
  organization: number,
  mails: readonly NewMail[],
  now: Date,
): Promise<number[]> {
  const flat = mails.map(({ calendar, replyTo, ...mail }) => ({
    confidential: false,
    ...mail,
    reply_to: replyTo ?? null,
    calendar: calendar?.ics ?? null,
    calendar_method: calendar?.method ?? null,
  }));
  const rows = await tx.rows<{ id: number }>(
    `insert into platform.mail (organization_id, key, recipient, reply_to, topic, subject, body,
       confidential, calendar, calendar_method, created_at)
     select $1, key, recipient, reply_to, topic, subject, body, confidential, calendar,
       calendar_method, $3
     from jsonb_to_recordset($2::jsonb) as m (key text, recipient text, reply_to text, topic text,
       subject text, body text, confidential boolean, calendar text, calendar_method text)
     on conflict (organization_id, key) do nothing
     returning id`,
    [organization, JSON.stringify(flat), now],
  );
  return rows.map(({ id }) => id);
}

/** A mail as it stands in the outbox among those of its topic. */
export type Waiting = MailRow & { is_settled: boolean; is_taken: boolean };

/**
 * A mail, with those of the same topic and recipient that wait, are being sent or came later; in
 * order, and locked: of two that are taken at once, one sees the other.
 */
export async function lockTopic(tx: Tx, organization: number, id: number): Promise<Waiting[]> {
  return tx.rows<Waiting>(
    `select m.id, m.recipient, m.reply_to, m.subject, m.body, m.calendar, m.calendar_method,
       m.sent_at is not null or m.failed_at is not null as is_settled,
       coalesce(m.taken_until > now(), false) as is_taken
     from platform.mail m
     where m.organization_id = $1 and m.id = any(array(
       select $2::bigint union
       select other.id from platform.mail own
       join platform.mail other
         on other.organization_id = own.organization_id and other.topic = own.topic
       where own.organization_id = $1 and own.id = $2 and other.recipient = own.recipient
         and (other.id > own.id or other.taken_until > now()
           or (other.sent_at is null and other.failed_at is null))))
     order by m.id
     for no key update of m`,
    [organization, id],
  );
}

/** By the clock of the database, which all processes share. */
export async function updateMailTaken(tx: Tx, organization: number, id: number, seconds: number) {
  await tx.rows(
    `update platform.mail set taken_until = now() + $3::integer * interval '1 second'
     where organization_id = $1 and id = $2`,
    [organization, id, seconds],
  );
}

export async function updateMailLeft(tx: Tx, organization: number, id: number) {
  await tx.rows(
    'update platform.mail set taken_until = null where organization_id = $1 and id = $2',
    [organization, id],
  );
}

/** A mail that was withdrawn while it was being sent counts as sent. */
export async function updateMailSent(tx: Tx, organization: number, id: number, now: Date) {
  await tx.rows(
    `update platform.mail set sent_at = $3, failed_at = null, failure = null, taken_until = null,
       body = case when confidential then '' else body end
     where organization_id = $1 and id = $2`,
    [organization, id, now],
  );
}

export async function updateMailFailed(
  tx: Tx,
  organization: number,
  id: number,
  failure: string,
  now: Date,
) {
  await tx.rows(
    `update platform.mail set failed_at = $4, failure = $3, taken_until = null,
       body = case when confidential then '' else body end
     where organization_id = $1 and id = $2`,
    [organization, id, failure, now],
  );
}

/**
 * Withdraws unsent mails of some topics, in the transaction that makes them untrue; one that is
 * being sent is not tried again.
 */
export function updateMailsWithdrawn(
  tx: Tx,
  organization: number,
  topics: readonly string[],
  now: Date,
): void {
  tx.write(
    `update platform.mail m set failed_at = $3, failure = 'withdrawn'
     from (
       select id from platform.mail
       where organization_id = $1 and topic = any($2) and sent_at is null and failed_at is null
       order by id for no key update
     ) waiting
     where m.organization_id = $1 and m.id = waiting.id`,
    [organization, topics, now],
  );
}

/** The number of unsent mails in the outbox, of all organizations. */
export async function selectUnsentCount(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from platform.mail
     where sent_at is null and failed_at is null`,
  );
  return row?.count ?? 0;
}

/**
 * Empties the text of the oldest mails that were finished before a time; answers how many, and when
 * the last of them was finished. `from` is where the batch before ended: rows that are empty
 * already are not scanned again.
 */
export async function updateMailsEmptied(
  tx: Tx,
  { from, before, limit }: { from: Date | null; before: Date; limit: number },
): Promise<{ emptied: number; last: Date | null }> {
  const [row] = await tx.rows<{ emptied: number; last: Date | null }>(
    `with done as (
       select organization_id, id, coalesce(sent_at, failed_at) as at from platform.mail
       where body <> '' and coalesce(sent_at, failed_at) < $1
         and coalesce(sent_at, failed_at) >= coalesce($2::timestamptz, '-infinity')
       order by coalesce(sent_at, failed_at) limit $3
     ), emptied as (
       update platform.mail m set body = '', calendar = null, calendar_method = null
       from done where m.organization_id = done.organization_id and m.id = done.id
       returning done.at
     )
     select count(*)::int as emptied, max(at) as last from emptied`,
    [before, from, limit],
  );
  return row as NonNullable<typeof row>;
}

/** Deletes mails by topic and by key; answers how many. */
export async function deleteMails(
  tx: Tx,
  organization: number,
  { topics, keys }: { topics: readonly string[]; keys: readonly string[] },
): Promise<number> {
  const rows = await tx.rows(
    `delete from platform.mail where organization_id = $1 and id = any(array(
       select id from platform.mail where organization_id = $1 and topic = any($2)
       union
       select id from platform.mail where organization_id = $1 and key = any($3)))
     returning id`,
    [organization, topics, keys],
  );
  return rows.length;
}
