const lengthMin = 4;
/** From here on a text stands for nothing else, wherever it is found. */
const distinctLength = 8;

/**
 * A text without the credentials that stand in it: systems put tokens into their messages, and `fetch`
 * the address that it was given. Short ones only where they are a word of their own, so that a token
 * `case` leaves "no cases" as it is.
 */
export function withoutSecrets(text: string, credentials: unknown): string {
  return secretsOf(credentials)
    .flatMap((secret) => [...new Set([secret, encodeURIComponent(secret)])])
    .reduce((rest, secret) => rest.replaceAll(patternOf(secret), '***'), text);
}

function secretsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.length >= lengthMin ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value)
    .flatMap(secretsOf)
    .sort((a, b) => b.length - a.length);
}

function patternOf(secret: string): string | RegExp {
  if (secret.length >= distinctLength) return secret;
  const plain = secret.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${plain}(?![\\p{L}\\p{N}])`, 'gu');
}
