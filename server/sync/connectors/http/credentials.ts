import { type Static, Type } from 'typebox';

const closed = { additionalProperties: false };
const text = Type.String({ minLength: 1 });

export const credentials = Type.Union([
  Type.Object({ kind: Type.Optional(Type.Literal('none')) }, closed),
  Type.Object({ kind: Type.Literal('bearer'), token: text }, closed),
  Type.Object({ kind: Type.Literal('basic'), user: text, password: Type.String() }, closed),
  Type.Object({ kind: Type.Literal('header'), name: text, value: text }, closed),
  Type.Object({ kind: Type.Literal('query'), name: text, value: text }, closed),
  Type.Object(
    {
      kind: Type.Literal('oauth'),
      token_url: Type.String({ pattern: '^https?://' }),
      client_id: text,
      client_secret: text,
      scope: Type.Optional(Type.String()),
      audience: Type.Optional(Type.String()),
      client_authentication: Type.Optional(
        Type.Union([Type.Literal('basic'), Type.Literal('body')]),
      ),
    },
    closed,
  ),
]);

type Given = Static<typeof credentials>;
export type OAuthClient = Extract<Given, { kind: 'oauth' }> & {
  /** One that stays what it is, for systems that give tokens for such. */
  readonly refresh_token?: string;
};
export type HttpCredentials = Exclude<Given, { kind: 'oauth' }> | OAuthClient;

/** Every text that must not be shown, as it is and as it is sent. */
export function secretsOf(given: HttpCredentials): string[] {
  const secrets = (() => {
    switch (given.kind) {
      case 'bearer':
        return [given.token];
      case 'basic':
        return [given.password, basic(given.user, given.password)];
      case 'header':
      case 'query':
        return [given.value];
      case 'oauth':
        return [
          ...[given.client_secret, basic(given.client_id, given.client_secret)],
          ...(given.refresh_token === undefined ? [] : [given.refresh_token]),
        ];
      default:
        return [];
    }
  })();
  const spelled = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...new Set(spelled)].filter((secret) => secret !== '');
}

export function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString('base64');
}
