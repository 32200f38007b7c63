import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

export type Claims = { email: string; email_verified: boolean; name: string };

type Asked = {
  oidc: { provider: Provider; client: { clientId: string }; session: { accountId: string } };
};

export const clientId = 'heddle';
export const clientSecret = 'a secret of the client';

/** An OpenID Connect identity provider on this machine, at which whoever is `current` is signed in. */
export class Identity {
  readonly people = new Map<string, Claims>();
  current = '';
  issuer = '';
  readonly #server: Server;
  readonly #redirectUri: string;
  #provider: Provider | undefined;

  constructor(redirectUri: string) {
    this.#redirectUri = redirectUri;
    this.#server = createServer((request, response) => {
      if (!this.#provider) {
        response.writeHead(503).end();
      } else if (request.url?.startsWith('/interaction/')) {
        const login = { accountId: this.current };
        void this.#provider.interactionFinished(request, response, { login });
      } else this.#provider.callback()(request, response);
    });
  }

  /** Opens the port; until `rise` it answers nothing but 503. */
  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.issuer = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  rise(): void {
    this.#provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: clientId,
          client_secret: clientSecret,
          redirect_uris: [this.#redirectUri],
          token_endpoint_auth_method: 'client_secret_post',
        },
      ],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      conformIdTokenClaims: false,
      cookies: { keys: ['a key of the test'] },
      features: { devInteractions: { enabled: false } },
      findAccount: (_: unknown, id: string) => ({
        accountId: id,
        claims: () => ({ sub: id, ...this.people.get(id) }),
      }),
      interactions: { url: (_: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      loadExistingGrant: consent,
      ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600 },
    });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** Everybody consents. */
async function consent({ oidc: { provider, client, session } }: Asked) {
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid email profile');
  await grant.save();
  return grant;
}
