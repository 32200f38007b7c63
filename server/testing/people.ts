import { createHmac } from 'node:crypto';
import type { Role } from '../../contract/platform/shapes.ts';
import { Operator } from '../operator/operator.ts';
import { upsertPassword } from '../platform/accounts/store.ts';
import { sessionCookieName } from '../platform/sessions/cookies.ts';
import { randomText, readId, shortId } from '../runtime/ids.ts';
import type { TestServer } from './server.ts';

export type Member = {
  /** Of the membership. */
  id: number;
  userId: string;
  name: string;
  email: string;
  password: string;
};

let made = 0;

/** What people sign in with when a test says nothing else: the hash takes next to no time. */
const usual = {
  password: 'correct horse battery',
  hash: '$argon2id$v=19$m=8,t=1,p=1$aGVkZGxlIHRlc3RzIHNhbHQ$395bW40ZcFSB4JgSxnS8EpmxOcSgoy6/E7lA/YzouT0',
};

/** A member of an organization, who can sign in. */
export async function makeMember(
  { server }: Pick<TestServer, 'server'>,
  organization: number,
  given: { name?: string; email?: string; role?: Role; password?: string } = {},
): Promise<Member> {
  made += 1;
  const {
    name = `Member ${made}`,
    email = `member.${made}@people.example`,
    role = 'member',
  } = given;
  const { platform } = server;
  const at = shortId('organization', organization);
  const { id, user_id: userId } = await new Operator(platform).createMember(at, {
    name,
    email,
    role,
    ...(given.password !== undefined && { password: given.password }),
  });
  if (given.password === undefined) {
    const account = { id: `account of ${userId}`, userId, hash: usual.hash, now: new Date() };
    await platform.database.system.transaction((tx) => upsertPassword(tx, account));
  }
  const password = given.password ?? usual.password;
  return { id: readId('member', id) as number, userId, name, email, password };
}

/** Somebody who has signed in to an organization: the session is there as signing in leaves it. */
export async function openSession(
  { server, url }: Pick<TestServer, 'server' | 'url'>,
  organization: number,
  { userId }: Pick<Member, 'userId'>,
): Promise<{ cookie: string; fetch: typeof fetch }> {
  const { platform } = server;
  const token = randomText(32);
  const now = platform.clock.now();
  const expiresAt = new Date(now.getTime() + 30 * 24 * 3600 * 1000);
  await platform.database.system.transaction((tx) =>
    tx.rows(
      `insert into platform.session
         (id, token, user_id, active_organization_id, created_at, updated_at, expires_at)
       values ($1, $2, $3, $4, $5, $5, $6)`,
      [randomText(24), token, userId, organization, now, expiresAt],
    ),
  );
  const secret = await platform.sessions.secret();
  const signature = createHmac('sha256', secret).update(token).digest('base64');
  const name = sessionCookieName(platform.config.publicUrl);
  const cookie = `${name}=${encodeURIComponent(`${token}.${signature}`)}`;
  return { cookie, fetch: fetchWith(cookie, url) };
}

/** Signs somebody in by their password; `fetch` is that of their browser, on a page of the server. */
export async function signIn(
  { url }: Pick<TestServer, 'url'>,
  { email, password }: { email: string; password: string },
): Promise<{ cookie: string; fetch: typeof fetch }> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ email, password }),
  });
  if (!response.ok) throw new Error(`sign-in: ${response.status} ${await response.text()}`);
  const cookie = cookiesOf(response);
  return { cookie, fetch: fetchWith(cookie, url) };
}

/** The cookies that an answer sets, as the next request sends them. */
export function cookiesOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .filter((line) => !/; *max-age=0\b/i.test(line))
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}

/** `fetch` of a browser that has these cookies and shows a page of `origin`. */
export function fetchWith(cookie: string, origin: string): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('cookie', cookie);
    headers.set('origin', origin);
    return fetch(input, { ...init, headers });
  };
}

/** The text of the latest mail to an address, from the outbox. */
export async function lastMail(
  { server }: Pick<TestServer, 'server'>,
  recipient: string,
): Promise<{ subject: string; body: string } | undefined> {
  const [mail] = await server.platform.database.system.reading.rows<{
    subject: string;
    body: string;
  }>('select subject, body from platform.mail where recipient = $1 order by id desc limit 1', [
    recipient,
  ]);
  return mail;
}
