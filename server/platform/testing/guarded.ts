import { type Api, isForPages } from '../../../contract/endpoint.ts';
import { platform } from '../../../contract/platform/index.ts';
import { samples } from '../../../contract/platform/samples.ts';
import { createKey } from '../../messaging/operator/index.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { makeMember } from '../../testing/people.ts';
import type { TestServer } from '../../testing/server.ts';
import type { Guarded } from '../api/testing/guarded.ts';
import { bodyOf, makeSignedIn } from './website.ts';

export async function guarded(app: TestServer): Promise<Guarded[]> {
  const organization = await makeOrganization(app);
  const owner = await makeSignedIn(app, organization, 'owner');
  const elsewhere = await makeOrganization(app);
  const stranger = await makeSignedIn(app, elsewhere, 'owner');
  const [ids, { offer: _, ...foreign }] = [
    await makeAll(app, organization, owner, stranger),
    await makeAll(app, elsewhere, stranger, owner),
  ];
  return [
    {
      ...(await ofWebsite(app, platform, { organization, cookie: owner.cookie })),
      existing: { ids, day: '' },
      foreign: { member: [foreign.member], invitation: [foreign.invitation] },
      samples,
    },
  ];
}

type SignedIn = Awaited<ReturnType<typeof makeSignedIn>>;

/** A member and an invitation; and one of somebody else, who is there already, to come over. */
async function makeAll(app: TestServer, organization: number, by: SignedIn, other: SignedIn) {
  const member = await makeMember(app, organization);
  const invite = async ({ website }: SignedIn, email: string) => {
    const { id, link } = bodyOf(await website.invite({ body: { email, role: 'member' } }));
    return { id, token: link?.split('/').at(-1) ?? '' };
  };
  const { id } = await invite(by, `one.${organization}@people.example`);
  const { token } = await invite(by, `other.${organization}@people.example`);
  const offer = await invite(other, by.email);
  return {
    organization: shortId('organization', organization),
    member: shortId('member', member.id),
    invitation: id,
    token,
    offer: offer.token,
  };
}

/** An API that pages of the website call: a session is asked for, and a page of ours. */
export async function ofWebsite(
  app: TestServer,
  api: Api,
  given?: { organization: number; cookie: string },
): Promise<Guarded> {
  const { organization, cookie } = given ?? (await signInSomewhere(app));
  const { key } = await createKey(app.server.platform, shortId('organization', organization), {
    name: 'Bot',
    kind: 'threads',
    plan: 'unlimited',
  });
  return {
    api,
    always: { origin: app.url },
    welcome: { origin: app.url, cookie },
    strangers: ({ method }) => [
      {
        who: 'the key of a bot',
        headers: { origin: app.url, authorization: `Bearer ${key}` },
        code: 'unauthorized',
      },
      ...(method === 'GET' ? [] : ['https://evil.example', '']).map((origin) => ({
        who: `a page of "${origin}"`,
        headers: { cookie, origin },
        code: 'not_allowed' as const,
      })),
    ],
  };
}

async function signInSomewhere(app: TestServer) {
  const organization = await makeOrganization(app);
  const { cookie } = await makeSignedIn(app, organization, 'owner');
  return { organization, cookie };
}

/** An API that programs call with an access token: a scope is asked for. */
export async function ofTokens(app: TestServer, api: Api): Promise<Guarded> {
  const organization = await makeOrganization(app);
  const scopes = Object.values(api.endpoints).map(({ scope }) => scope);
  const given = [...new Set(scopes)].filter((scope) => !isForPages(scope));
  const { token } = await makeClient(app, organization, { scopes: given });
  const none = await makeClient(app, organization, { scopes: [] });
  return {
    api,
    welcome: { authorization: token },
    strangers: () => [
      {
        who: 'a token without scopes',
        headers: { authorization: none.token },
        code: 'missing_scope',
      },
    ],
  };
}
