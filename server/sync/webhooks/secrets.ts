import { invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { newSecret } from '../conventions/signing.ts';
import { contextOf } from './store.ts';

/** What is kept of a webhook under seal. */
export type WebhookSecrets = {
  readonly secret: string;
  readonly previous?: string;
  readonly headers: Readonly<Record<string, string>>;
};

const prefix = 'whsec_';
const bytesMin = 24;
const bytesMax = 64;

export function sealWebhook(keyring: Keyring, id: string, secrets: WebhookSecrets): Buffer {
  return keyring.seal(Buffer.from(JSON.stringify(secrets)), contextOf(id));
}

export function openWebhook(
  keyring: Keyring,
  { id, sealed }: { id: string; sealed: Buffer },
): WebhookSecrets {
  return JSON.parse(keyring.open(sealed, contextOf(id)).toString());
}

/** The secret that was given, or a new one. @throws AppError 400 that names `secret` */
export function secretOf(given: string | null | undefined): string {
  if (given === null || given === undefined || given === '') return newSecret();
  const text = given.startsWith(prefix) ? given.slice(prefix.length) : '';
  const bytes = Buffer.from(text, 'base64');
  const isWhole = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (isWhole && bytes.length >= bytesMin && bytes.length <= bytesMax) return given;
  throw invalid(
    'secret',
    `must be "${prefix}" and the base64 of ${bytesMin} to ${bytesMax} random bytes; without it, one is made.`,
    'format',
  );
}
