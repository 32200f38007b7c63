import type { Db, Tx } from '../../runtime/database/database.ts';

export type NewMail = {
  /** What the mail is about and to whom, so that a repeated job writes no second one. */
  key: string;
  recipient: string;
  subject: string;
  body: string;
  /** It has a secret in it, such as a link: the outbox forgets the text once it is sent. */
  confidential?: boolean;
  calendar?: { method: 'REQUEST' | 'CANCEL'; ics: string };
};

export type MailRow = {
  id: number;
  recipient: string;
  subject: string;
  body: string;
  calendar: string | null;
  calendar_method: 'REQUEST' | 'CANCEL' | null;
  sent_at: Date | null;
  failed_at: Date | null;
};

/** Adds mails to the outbox, those that it has not; answers their ids. */
export async function insertMails(
  tx: Tx,
  organization: number,
  mails: readonly NewMail[],
  now: Date,
): Promise<number[]> {
  const flat = mails.map(({ calendar, ...mail }) => ({
    confidential: false,
    ...mail,
    calendar: calendar?.ics ?? null,
    calendar_method: calendar?.method ?? null,
  }));
  const rows = await tx.rows<{ id: number }>(
    `insert into platform.mail (organization_id, key, recipient, subject, body, confidential,
       calendar, calendar_method, created_at)
     select $1, key, recipient, subject, body, confidential, calendar, calendar_method, $3
     from jsonb_to_recordset($2::jsonb) as m (key text, recipient text, subject text, body text,
       confidential boolean, calendar text, calendar_method text)
     on conflict (organization_id, key) do nothing
     returning id`,
    [organization, JSON.stringify(flat), now],
  );
  return rows.map(({ id }) => id);
}

export async function selectMail(
  db: Db,
  organization: number,
  id: number,
): Promise<MailRow | undefined> {
  const [row] = await db.rows<MailRow>(
    `select id, recipient, subject, body, calendar, calendar_method, sent_at, failed_at
     from platform.mail where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

export async function updateMailSent(tx: Tx, organization: number, id: number, now: Date) {
  await tx.rows(
    `update platform.mail set sent_at = $3, body = case when confidential then '' else body end
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
    `update platform.mail set failed_at = $4, failure = $3,
       body = case when confidential then '' else body end
     where organization_id = $1 and id = $2`,
    [organization, id, failure, now],
  );
}

/** How many mails wait in the outbox, of all organizations. */
export async function selectUnsentCount(db: Db): Promise<number> {
  const [row] = await db.rows<{ count: number }>(
    `select count(*)::int as count from platform.mail
     where sent_at is null and failed_at is null`,
  );
  return row?.count ?? 0;
}

/** Of those that are done with since before a time, and have a text still; answers how many. */
export async function updateMailsEmptied(tx: Tx, before: Date, limit: number): Promise<number> {
  const rows = await tx.rows(
    `update platform.mail m set body = '', calendar = null, calendar_method = null
     from (
       select organization_id, id from platform.mail
       where body <> '' and coalesce(sent_at, failed_at) < $1
       order by coalesce(sent_at, failed_at) limit $2) done
     where m.organization_id = done.organization_id and m.id = done.id
     returning m.id`,
    [before, limit],
  );
  return rows.length;
}

/** Those whose key begins like this; answers how many. */
export async function deleteMails(
  tx: Tx,
  organization: number,
  beginnings: readonly string[],
): Promise<number> {
  const rows = await tx.rows(
    `delete from platform.mail m using unnest($2::text[]) as b (beginning)
     where m.organization_id = $1 and starts_with(m.key, b.beginning) returning m.id`,
    [organization, beginnings],
  );
  return rows.length;
}
