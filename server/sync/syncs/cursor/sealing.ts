import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { keptIn } from './positions.ts';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

/**
 * Seals positions under a key of the organization, the same text alike: by their positions, requests
 * that are sent again are known.
 */
export class Seal {
  readonly #key: Buffer;
  readonly #ivKey: Buffer;

  constructor(secret: Buffer) {
    this.#key = createHmac('sha256', secret).update('sync position').digest();
    this.#ivKey = createHmac('sha256', secret).update('sync position iv').digest();
  }

  /** With each member sealed by itself, but `of` and `batch`; what is sealed stays so. */
  close(position: string): string {
    const { of, batch, sealed, ...open } = keptIn(position);
    const closed = Object.entries(open).map(([name, member]) => {
      return [name, this.#encrypt(JSON.stringify(member))];
    });
    return JSON.stringify({ of, batch, sealed: { ...sealed, ...Object.fromEntries(closed) } });
  }

  /** The members of a position, but `of` and `batch`. @throws Error for what was sealed elsewhere */
  open(position: string): Record<string, unknown> {
    const { of: _, batch: __, sealed = {}, ...open } = keptIn(position);
    const opened = Object.entries(sealed).map(([name, text]) => {
      return [name, JSON.parse(this.#decrypt(text))];
    });
    return { ...open, ...Object.fromEntries(opened) };
  }

  #encrypt(text: string): string {
    const iv = createHmac('sha256', this.#ivKey).update(text).digest().subarray(0, ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  #decrypt(text: string): string {
    const bytes = Buffer.from(text, 'base64url');
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), options);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const opened = decipher.update(bytes.subarray(ivBytes, -tagBytes));
    return Buffer.concat([opened, decipher.final()]).toString();
  }
}
