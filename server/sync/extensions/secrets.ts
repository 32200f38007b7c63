import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { newSecret, type SigningSecrets } from '../conventions/signing.ts';
import { contextOf, type ExtensionRow } from './store.ts';

/** What is kept of the secrets of an extension, sealed as a whole. */
type Kept = { readonly secret: string; readonly previous?: string; readonly until?: string };

const overlapHours = 24;

export function newSecrets(keyring: Keyring, id: string): { secret: string; sealed: Buffer } {
  const secret = newSecret();
  return { secret, sealed: seal(keyring, id, { secret }) };
}

/** Another secret; for a day the one before holds, too. */
export function rotated(
  keyring: Keyring,
  { id, sealed_secrets }: Pick<ExtensionRow, 'id' | 'sealed_secrets'>,
  now: Date,
): { secret: string; sealed: Buffer } {
  const { secret: previous } = opened(keyring, { id, sealed_secrets });
  const until = new Date(now.getTime() + overlapHours * 3_600_000).toISOString();
  const secret = newSecret();
  return { secret, sealed: seal(keyring, id, { secret, previous, until }) };
}

export function signingOf(
  keyring: Keyring,
  row: Pick<ExtensionRow, 'id' | 'sealed_secrets'>,
  now: Date,
): SigningSecrets {
  const { secret, previous, until } = opened(keyring, row);
  return until !== undefined && now < new Date(until) ? { secret, previous } : { secret };
}

function seal(keyring: Keyring, id: string, kept: Kept): Buffer {
  return keyring.seal(Buffer.from(JSON.stringify(kept)), contextOf(id));
}

function opened(
  keyring: Keyring,
  { id, sealed_secrets }: Pick<ExtensionRow, 'id' | 'sealed_secrets'>,
): Kept {
  return JSON.parse(keyring.open(sealed_secrets ?? Buffer.of(), contextOf(id)).toString());
}
