import assert from 'node:assert/strict';
import { type Client, createClient } from '../../../contract/client.ts';
import { platform } from '../../../contract/platform/index.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { makeMember, openSession } from '../../testing/people.ts';
import type { TestServer } from '../../testing/server.ts';

export type Website = Client<typeof platform>;

/** The website of the platform, as somebody with this `fetch` sees it. */
export function openWebsite({ url }: Pick<TestServer, 'url'>, of: typeof fetch = fetch): Website {
  return createClient(platform, { url, fetch: of });
}

/** A member of an organization who has signed in. */
export async function makeSignedIn(app: TestServer, organization: number, role: Role) {
  const member = await makeMember(app, organization, { role });
  const { cookie, fetch } = await openSession(app, organization, member);
  return { ...member, cookie, fetch, website: openWebsite(app, fetch) };
}

type Answer<B> = { ok: true; body: B } | { ok: false; status: number; error: { error: string } };

/** What was answered to a call that went well. */
export function bodyOf<B>(answer: Answer<B>): B {
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.body;
}

/** The status and the word of a refusal. */
export function refusalOf(answer: Answer<unknown>): string {
  assert.ok(!answer.ok, JSON.stringify(answer));
  return `${answer.status} ${answer.error.error}`;
}
