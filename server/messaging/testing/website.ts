import assert from 'node:assert/strict';
import { type Client, createClient } from '../../../contract/client.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import type { Role } from '../../../contract/platform/shapes.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { type Member, makeMember, openSession } from '../../testing/people.ts';
import type { TestServer } from '../../testing/server.ts';

export type Website = Client<typeof messagingWebsite>;

/** A member of an organization at the website: `client` asks as they do. */
export type Visitor = { member: Member; client: Website; fetch: typeof fetch; user_id: string };

export async function visit(
  app: TestServer,
  organization: number,
  given: { name?: string; role?: Role } = {},
): Promise<Visitor & { cookie: string }> {
  const member = await makeMember(app, organization, given);
  const { cookie, fetch } = await openSession(app, organization, member);
  const client = createClient(messagingWebsite, { url: app.url, fetch });
  const { user_id } = shown(await client.getHome());
  return { member, client, cookie, fetch, user_id };
}

/** Ann, Ben and Cleo of one organization, and Zoe of another. */
export async function makeOffice(app: TestServer) {
  const organization = await makeOrganization(app);
  const [ann, ben, cleo, zoe] = await Promise.all([
    visit(app, organization, { name: 'Ann' }),
    visit(app, organization, { name: 'Ben' }),
    visit(app, organization, { name: 'Cleo' }),
    visit(app, await makeOrganization(app), { name: 'Zoe' }),
  ]);
  return { organization, ann, ben, cleo, zoe };
}

/** A channel that somebody opens, with some others in it. */
export async function openChannel(
  { client }: Visitor,
  name: string,
  others: readonly Visitor[] = [],
  privacy: 'public' | 'private' = 'public',
): Promise<string> {
  const user_ids = others.map(({ user_id }) => user_id);
  const { channel } = shown(await client.openChannel({ body: { name, privacy, user_ids } }));
  return channel.channel_id;
}

export async function startThread({ client }: Visitor, channel_id: string, text: string) {
  return shown(await client.startThread({ body: { channel_id, text } })).thread;
}

export async function answer(
  { client }: Visitor,
  thread_id: string,
  text: string,
  parent_id: string | null = null,
) {
  return shown(await client.answerThread({ body: { thread_id, text, parent_id } })).comment;
}

/** A chat that somebody opens; without a name it is one of two. */
export async function openChat(
  { client }: Visitor,
  others: readonly Visitor[],
  name?: string,
): Promise<string> {
  const user_ids = others.map(({ user_id }) => user_id);
  const body = { user_ids, ...(name === undefined ? {} : { name }) };
  return shown(await client.openChat({ body })).chat.chat_id;
}

export async function say({ client }: Visitor, chat_id: string, text: string) {
  return shown(await client.sendMessage({ params: { chat_id }, body: { text } })).message;
}

type Answered<B> = { ok: true; body: B } | { ok: false; error: unknown };

/** What a call that went well shows. */
export function shown<B>(answered: Answered<B>): B {
  assert.ok(answered.ok, JSON.stringify(answered));
  return answered.body;
}
