import { AppError } from '../../runtime/errors.ts';
import type { FailureLimit } from '../../runtime/limits/failures.ts';
import type { Caller } from './callers.ts';
import { countFailure } from './failures.ts';
import { Keys } from './keys.ts';
import type { Tokens } from './tokens.ts';

/** Identifies the caller by the Authorization header: a bare token, or one behind `Bearer`. */
export class Authentication {
  readonly #tokens: Tokens;
  readonly #keys: Keys;
  readonly #failures: FailureLimit;

  constructor(tokens: Tokens, keys: Keys, failures: FailureLimit) {
    this.#tokens = tokens;
    this.#keys = keys;
    this.#failures = failures;
  }

  /** @throws AppError unauthorized (401); 429 after too many wrong keys from the address */
  async authenticate(authorization: string | undefined, address: string): Promise<Caller> {
    const credential = /^(?:bearer +)?(\S+)$/i.exec(authorization?.trim() ?? '')?.[1];
    if (!credential) throw refusal(unsent);
    const isKey = Keys.looksLike(credential);
    const caller = await (isKey ? this.#keys : this.#tokens).check(credential);
    if (caller) return caller;
    if (isKey) countFailure(this.#failures, 'key', address);
    throw refusal(undefined);
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
