import { randomBytes } from 'node:crypto';
import { decrypt, encrypt } from '../../../runtime/secrets/encryption.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { contextOf } from './store.ts';

const keyBytes = 32;

/** A new key of a run, sealed under the master key. */
export function sealRunKey(keyring: Keyring, id: string): Buffer {
  return keyring.seal(randomBytes(keyBytes), contextOf(id));
}

/** Encrypts what a run sets aside and logs, which holds people's data, under the key of the run. */
export class Confidence {
  readonly #key: Buffer;

  constructor(keyring: Keyring, { id, sealed_key }: { id: string; sealed_key: Buffer }) {
    this.#key = keyring.open(sealed_key, contextOf(id));
  }

  encrypt(text: string): Buffer {
    return encrypt(this.#key, text);
  }

  decrypt(bytes: Buffer): string {
    return decrypt(this.#key, bytes);
  }
}
