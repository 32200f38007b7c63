import { Type } from 'typebox';

const text = Type.String({ minLength: 1, maxLength: 1_000 });

/** What a connection is given that a person of the system is to open (RFC 6749, section 4.1). */
export const authorizationCode = Type.Object(
  {
    oauth_flow: Type.Literal('authorization_code'),
    client_id: text,
    client_secret: text,
    scopes: Type.Optional(Type.Array(text, { maxItems: 200 })),
  },
  { additionalProperties: false },
);

/** Where a system asks its people, and where it gives tokens. */
export type Authorization = {
  places(config: Readonly<Record<string, unknown>>): { authorize: string; token: string };
  /** What is asked for where the connection names nothing. */
  readonly scopes: readonly string[];
  /** What parts them in the address; a blank by default (RFC 6749, section 3.3). */
  readonly scopeSeparator?: string;
};

/** What a person's access is used with. */
export type Access = {
  readonly token: string;
  /** What else came with it, as an address of the person's own system. */
  readonly answer: Readonly<Record<string, unknown>>;
};
