import type { Api, Endpoint } from '../endpoint.ts';
import { oauth } from '../oauth.ts';

/** Whether the tokens of this API come from `POST /oauth2/token`. */
export function asksForTokens(api: Api): boolean {
  return api.tokens === true;
}

export function securitySchemes(api: Api, serverUrl: string): object {
  const token = {
    type: 'apiKey',
    in: 'header',
    name: 'Authorization',
    description: 'The access token, bare or behind `Bearer`.',
  };
  if (!asksForTokens(api)) return { token };
  const tokenUrl = serverUrl.replace(/\/+$/, '') + oauth.createToken.path;
  return {
    oauth2: { type: 'oauth2', flows: { clientCredentials: { tokenUrl, scopes: scopesOf(api) } } },
    token,
    client: { type: 'http', scheme: 'basic', description: 'Client id and secret.' },
  };
}

/**
 * The credentials that a caller must present, to one endpoint or by default; any one of the list is
 * enough.
 */
export function securityOf(api: Api, endpoint?: Endpoint): object[] {
  if (endpoint?.path === oauth.createToken.path) return [{ client: [] }, {}];
  if (endpoint?.scope === 'public') return [];
  const scopes = endpoint ? [endpoint.scope] : [];
  return asksForTokens(api) ? [{ oauth2: scopes }, { token: [] }] : [{ token: scopes }];
}

function scopesOf(api: Api): Record<string, string> {
  const scopes: Record<string, string> = {};
  for (const { scope, summary } of Object.values(api.endpoints)) {
    if (scope === 'public') continue;
    scopes[scope] = scopes[scope] ? `${scopes[scope]}; ${summary}` : summary;
  }
  return scopes;
}
