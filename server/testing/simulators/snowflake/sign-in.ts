import { createHash, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { Refusal } from './refusal.ts';

export type Tokens = { readonly session: string; readonly master: string };

/** Who may sign in, and which tokens are valid. */
export class SignIn {
  readonly account = 'SIMULATOR';
  readonly user = 'HEDDLE';
  /** PEM, of which the user has the public half. */
  readonly privateKey = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();

  /** @throws Refusal */
  check({ AUTHENTICATOR, TOKEN, LOGIN_NAME }: Record<string, unknown>): void {
    if (AUTHENTICATOR !== 'SNOWFLAKE_JWT') {
      throw new Refusal('390100', '08001', 'Incorrect username or password was specified.');
    }
    const [head = '', claims = '', signature = ''] = String(TOKEN).split('.');
    const key = createPublicKey(this.privateKey);
    const signed = Buffer.from(`${head}.${claims}`);
    const isSigned = verify('sha256', signed, key, Buffer.from(signature, 'base64url'));
    const { iss, sub, exp } = isSigned
      ? JSON.parse(Buffer.from(claims, 'base64url').toString())
      : {};
    const who = `${this.account}.${this.user}`;
    const print = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
    const isIssued = iss === `${who}.SHA256:${print.digest('base64')}` && sub === who;
    const isMine = String(LOGIN_NAME).toUpperCase() === this.user;
    if (!isSigned || !isIssued || !isMine || !(Number(exp) > Date.now() / 1000)) {
      throw new Refusal('390144', '08001', 'JWT token is invalid.');
    }
  }

  grant(): Tokens {
    const make = (kind: string) => `ver:3-hint:${kind}-${randomBytes(24).toString('base64url')}`;
    return { session: make('session'), master: make('master') };
  }
}
