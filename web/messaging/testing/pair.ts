import { createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { openChat, shown, type Visitor } from '../../../server/messaging/testing/website.ts';
import { makeOrganization } from '../../../server/testing/makers.ts';
import { fetchWith } from '../../../server/testing/people.ts';
import type { TestServer } from '../../../server/testing/server.ts';
import type { Person, TestBrowser } from '../../../testing/browser/browser.ts';

/** Somebody in a browser; `client` asks as they do. */
export type Browsing = Person & Visitor;

type Options = Parameters<TestBrowser['newPerson']>[2];

/** A new member in a browser of their own. */
export async function browse(
  app: TestServer,
  browser: TestBrowser,
  organization: number,
  name: string,
  { role = 'member', ...options }: Options & { role?: Role } = {},
): Promise<Browsing> {
  const person = await browser.newPerson(organization, { name, role }, options);
  const cookies = await person.context.cookies();
  const cookie = cookies.map((one) => `${one.name}=${one.value}`).join('; ');
  const fetch = fetchWith(cookie, app.url);
  const client = createClient(messagingWebsite, { url: app.url, fetch });
  const { user_id } = shown(await client.getHome());
  return { ...person, client, fetch, user_id };
}

/** Ann and Ben of one organization, each in a browser, and the chat of the two. */
export async function makePair(app: TestServer, browser: TestBrowser) {
  const organization = await makeOrganization(app);
  const ann = await browse(app, browser, organization, 'Ann Archer');
  const ben = await browse(app, browser, organization, 'Ben Brook');
  const chatId = await openChat(ann, [ben]);
  return { organization, ann, ben, chatId };
}

const piece = 10_000;

/**
 * Many messages by Ann, each a minute after the one before, put into the database as they are: in
 * pieces, since a slow machine takes longer for all of them than a statement may.
 */
export async function fillChat(
  { server }: TestServer,
  { organization, ann, chatId }: Awaited<ReturnType<typeof makePair>>,
  count: number,
): Promise<void> {
  const database = server.platform.database.of(organization);
  for (let first = 1; first <= count; first += piece) {
    const last = Math.min(first + piece - 1, count);
    await database.transaction((tx) =>
      tx.rows(
        `insert into messaging.message
           (organization_id, id, chat_id, author_id, body, plain, created_at, number)
         select $1, gen_random_uuid(), $2, $3, text, text,
           timestamptz '2026-01-05 08:00Z' + n * interval '1 minute', n
         from generate_series($4::int, $5::int) n,
           lateral (select 'Message ' || n || repeat(' and some more words', n % 7) as text) t`,
        [organization, chatId, ann.user_id, first, last],
      ),
    );
  }
  await database.transaction((tx) =>
    tx.rows(
      `update messaging.chat set last_number = $3, last_at = now()
       where organization_id = $1 and id = $2`,
      [organization, chatId, count],
    ),
  );
}
