import type { Role } from '../../contract/platform/shapes.ts';
import { Operator } from '../operator/operator.ts';
import { readId, shortId } from '../runtime/ids.ts';
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
    password = `horse battery ${made}`,
  } = given;
  const operator = new Operator(server.platform);
  const member = { name, email, role, password };
  const { id, user_id } = await operator.createMember(
    shortId('organization', organization),
    member,
  );
  return { id: readId('member', id) as number, userId: user_id, name, email, password };
}

/** Signs somebody in; `fetch` is that of their browser, on a page of the server. */
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
