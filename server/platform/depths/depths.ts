import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secrets } from '../../runtime/secrets/secrets.ts';

/** In requests that workflows send: what set them off, how deep that stands, and our signature of both. */
export const depthHeader = 'heddle-depth';

const form = /^([a-z]{3}_\w{1,64})\.(\d{1,4})\.([\w-]{43})$/;

/** Says in what leaves this installation how deep it stands, and knows it again when it comes back. */
export class Depths {
  readonly #secrets: Secrets;
  #key: Promise<Buffer> | undefined;

  constructor(secrets: Secrets) {
    this.#secrets = secrets;
  }

  /** `cause`: the id of what set it off. */
  async write(cause: string, depth: number): Promise<string> {
    return `${cause}.${depth}.${(await this.#sign(cause, depth)).toString('base64url')}`;
  }

  /** 0 for what this installation has not signed. */
  async read(header: string | readonly string[] | undefined): Promise<number> {
    const [, cause, digits, signature] = form.exec(String(header ?? '')) ?? [];
    if (cause === undefined || signature === undefined) return 0;
    const depth = Number(digits);
    const expected = await this.#sign(cause, depth);
    const given = Buffer.from(signature, 'base64url');
    const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
    return isOurs ? depth : 0;
  }

  async #sign(cause: string, depth: number): Promise<Buffer> {
    return createHmac('sha256', await this.#signingKey())
      .update(`${cause} ${depth}`)
      .digest();
  }

  #signingKey(): Promise<Buffer> {
    if (!this.#key) {
      const loading = this.#secrets.sharedSecret('depths', () => randomBytes(32));
      loading.catch(() => {
        this.#key = undefined;
      });
      this.#key = loading;
    }
    return this.#key;
  }
}
