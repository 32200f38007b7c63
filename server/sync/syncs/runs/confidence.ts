import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { contextOf } from './store.ts';

const algorithm = 'aes-256-gcm';
const keyBytes = 32;
const ivBytes = 12;
const tagBytes = 16;

/** A new key of a run, sealed under the master key. */
export function sealRunKey(keyring: Keyring, id: string): Buffer {
  return keyring.seal(randomBytes(keyBytes), contextOf(id));
}

/**
 * Encrypts what a run sets aside and logs, which holds people's data, under the key of the run
 * (AES-256-GCM: IV 12, text, tag 16).
 */
export class Confidence {
  readonly #key: Buffer;

  constructor(keyring: Keyring, { id, sealed_key }: { id: string; sealed_key: Buffer }) {
    this.#key = keyring.open(sealed_key, contextOf(id));
  }

  encrypt(text: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  }

  decrypt(bytes: Buffer): string {
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), options);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const text = decipher.update(bytes.subarray(ivBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString();
  }
}
