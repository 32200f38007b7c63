import { isLoopback } from '../../runtime/config.ts';
import { AppError } from '../../runtime/errors.ts';

type Sent = { headers: { origin?: string | undefined; host?: string | undefined } };

/**
 * Refuses a request that a page of another site may have sent: browsers add cookies to it, but
 * state its origin. On the machine itself the server has several names.
 * https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 * @throws AppError not_allowed (403)
 */
export function requireOwnOrigin({ headers }: Sent, publicUrl: string): void {
  const { origin, host } = headers;
  const given = origin === undefined ? null : URL.parse(origin);
  if (given?.origin === new URL(publicUrl).origin) return;
  if (given && given.host === host && isLoopback(given.hostname)) return;
  throw new AppError('not_allowed', {
    message: `Only pages of ${new URL(publicUrl).origin} may call this; open the website there.`,
  });
}
