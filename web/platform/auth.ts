import { ApiError, reach } from '../api.ts';
import { authMessages } from './auth-messages.ts';

/**
 * The result of signing in: with `needsSecondStep` there is no session before the second factor.
 */
export type SignInResult = { needsSecondStep: boolean };

const base = '/api/auth';

/** @throws ApiError with a sentence to show */
export async function signIn(email: string, password: string): Promise<SignInResult> {
  const body = await ask('POST', '/sign-in/email', { email, password, rememberMe: true });
  return { needsSecondStep: body.twoFactorRedirect === true };
}

export async function signOut(): Promise<void> {
  await ask('POST', '/sign-out', {});
}

/** The second step of signing in. A backup code is then used up. */
export async function verifySecondStep(
  kind: 'totp' | 'backup',
  code: string,
  trustDevice: boolean,
): Promise<void> {
  const path = kind === 'totp' ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code';
  await ask('POST', path, { code, trustDevice });
}

/** The URL to go to for single sign-on. */
export async function beginSingleSignOn(returnTo: string): Promise<string> {
  const body = await ask('POST', '/sign-in/oauth2', {
    providerId: 'oidc',
    callbackURL: returnTo,
    errorCallbackURL: '/sign-in',
  });
  return String(body.url);
}

/** Answers the same whether or not there is such an account. */
export async function requestPasswordReset(email: string): Promise<void> {
  await ask('POST', '/request-password-reset', { email, redirectTo: '/reset-password' });
}

export async function resetPassword(token: string, newPassword: string): Promise<void> {
  await ask('POST', '/reset-password', { token, newPassword });
}

/** Ends all other sessions. */
export async function changePassword(currentPassword: string, newPassword: string): Promise<void> {
  await ask('POST', '/change-password', {
    currentPassword,
    newPassword,
    revokeOtherSessions: true,
  });
}

/** Starts to set up two-factor sign-in, which is on after the first code (`confirmTwoFactor`). */
export async function beginTwoFactor(
  password: string,
): Promise<{ address: string; backupCodes: string[] }> {
  const body = await ask('POST', '/two-factor/enable', { password });
  return { address: String(body.totpURI), backupCodes: body.backupCodes as string[] };
}

export async function confirmTwoFactor(code: string): Promise<void> {
  await ask('POST', '/two-factor/verify-totp', { code });
}

export async function endTwoFactor(password: string): Promise<void> {
  await ask('POST', '/two-factor/disable', { password });
}

/** Makes new backup codes; the old ones no longer work. */
export async function makeBackupCodes(password: string): Promise<string[]> {
  const body = await ask('POST', '/two-factor/generate-backup-codes', { password });
  return body.backupCodes as string[];
}

type Body = Record<string, unknown>;

/** Calls an endpoint of better-auth. https://www.better-auth.com/docs/concepts/api */
export async function ask(method: 'GET' | 'POST', path: string, body?: Body): Promise<Body> {
  const response = await reach(base + path, {
    method,
    headers: body ? { 'content-type': 'application/json' } : {},
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = (await response.json().catch(() => null)) as Body | null;
  if (response.ok) return answer ?? {};
  const code = String(answer?.error ?? answer?.code ?? 'unknown');
  const wait = Number(response.headers.get('retry-after') ?? response.headers.get('x-retry-after'));
  const message = authMessages[code] ?? answer?.message ?? 'Something went wrong; try again.';
  const shown = response.status === 429 ? waitMessage(wait) : String(message);
  throw new ApiError(response.status, code, shown, wait || undefined);
}

function waitMessage(seconds: number): string {
  const time = seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds || 60} seconds`;
  return `Too many attempts; try again in ${time}.`;
}
