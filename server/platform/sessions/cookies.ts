import { createHmac, timingSafeEqual } from 'node:crypto';

/** The name that better-auth gives the session cookie, with the prefix `heddle`. */
export function sessionCookieName(publicUrl: string): string {
  return publicUrl.startsWith('https:') ? '__Secure-heddle.session_token' : 'heddle.session_token';
}

/**
 * The session token in a Cookie header; undefined unless it is signed with `secret`, as better-call
 * signs: `<token>.<HMAC-SHA256 in base64>`, percent-encoded.
 */
export function readSessionToken(
  header: string | undefined,
  name: string,
  secret: string,
): string | undefined {
  if (header === undefined) return undefined;
  for (const pair of header.split(';')) {
    const [key = '', ...value] = pair.split('=');
    if (key.trim() !== name) continue;
    const token = openSigned(value.join('=').trim(), secret);
    if (token !== undefined) return token;
  }
  return undefined;
}

const signed = /^([A-Za-z0-9]{16,64})\.([A-Za-z0-9+/]{43}=)$/;

function openSigned(value: string, secret: string): string | undefined {
  const [, token, signature] = signed.exec(decode(value)) ?? [];
  if (token === undefined || signature === undefined) return undefined;
  const expected = createHmac('sha256', secret).update(token).digest();
  return timingSafeEqual(Buffer.from(signature, 'base64'), expected) ? token : undefined;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return '';
  }
}
