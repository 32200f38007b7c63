import { AppError } from '../../runtime/errors.ts';
import type { FailureLimit } from '../../runtime/limits/failures.ts';
import { networkOf } from '../../runtime/limits/network.ts';

/**
 * Counts a wrong secret or key. Secrets cannot be guessed; the limit spares the server, and the
 * right one always gets through.
 * @throws AppError too_many_requests (429) after too many failures
 */
export function countFailure(failures: FailureLimit, what: 'secret' | 'key', address: string) {
  const key = `${what} ${networkOf(address)}`;
  const retryAfterSeconds = failures.retryAfterSeconds(key);
  if (retryAfterSeconds > 0) {
    throw new AppError('too_many_requests', {
      message: 'Too many failed attempts from this address; wait as long as Retry-After says.',
      headers: { 'retry-after': String(retryAfterSeconds) },
    });
  }
  failures.note(key);
}
