import { type Api, isForPages } from '../../../contract/endpoint.ts';
import { platform } from '../../../contract/platform/index.ts';
import { createKey } from '../../messaging/operator/index.ts';
import { shortId } from '../../runtime/ids.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import type { Guarded } from '../api/testing/guarded.ts';
import { makeSignedIn } from './website.ts';

export async function guarded(app: TestServer): Promise<Guarded[]> {
  return [await ofWebsite(app, platform)];
}

/** An API that pages of the website call: a session is asked for, and a page of ours. */
export async function ofWebsite(app: TestServer, api: Api): Promise<Guarded> {
  const organization = await makeOrganization(app);
  const { cookie } = await makeSignedIn(app, organization, 'owner');
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
