import { AppError } from '../../runtime/errors.ts';
import type { Caller } from './callers.ts';
import { Keys } from './keys.ts';
import type { Tokens } from './tokens.ts';

/** Finds out who calls, from the Authorization header: a bare token, or one behind `Bearer`. */
export class Authentication {
  readonly #tokens: Tokens;
  readonly #keys: Keys;

  constructor(tokens: Tokens, keys: Keys) {
    this.#tokens = tokens;
    this.#keys = keys;
  }

  /** @throws AppError unauthorized (401) */
  async authenticate(authorization: string | undefined): Promise<Caller> {
    const credential = /^(?:bearer +)?(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
    if (!credential) throw refusal(unsent);
    const caller = Keys.looksLike(credential)
      ? await this.#keys.check(credential)
      : await this.#tokens.check(credential);
    if (!caller) throw refusal(undefined);
    return caller;
  }
}

const unsent = 'Send an access token or an API key in the header Authorization, after "Bearer ".';

/** RFC 6750, section 3. */
function refusal(message: string | undefined): AppError {
  const challenge = message ? 'Bearer' : 'Bearer error="invalid_token"';
  return new AppError('unauthorized', {
    ...(message ? { message } : {}),
    headers: { 'www-authenticate': challenge },
  });
}
