import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto';
import { ConnectorError } from '../connectors/failure.ts';
import { type Kept, keptIn } from '../syncs/cursor/positions.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Route } from './planning.ts';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;
const ofLength = 16;

/**
 * The positions of what a run reads, as they are kept: each says what it is of, and is sealed under
 * a key of the organization where the sync protects values, which may be in it.
 */
export class Places {
  readonly #of: string;
  readonly #seal: Seal;
  readonly #isProtected: boolean;

  constructor(
    { source, cursor_field }: Pick<Definition, 'source' | 'cursor_field'>,
    { order, isProtected }: Pick<Route, 'order' | 'isProtected'>,
    key: Buffer,
  ) {
    const { connection_id, object, query } = source;
    const said = JSON.stringify([connection_id, object, query, cursor_field, order]);
    this.#of = createHash('sha256').update(said).digest('base64url').slice(0, ofLength);
    this.#seal = new Seal(key);
    this.#isProtected = isProtected;
  }

  /** What a connector said, to be kept. */
  write(position: string): string {
    const members: Record<string, unknown> = JSON.parse(position);
    if (!this.#isProtected) return JSON.stringify({ of: this.#of, ...members });
    const sealed = Object.entries(members).map(([name, member]) => {
      return [name, this.#seal.seal(JSON.stringify(member))];
    });
    return JSON.stringify({ of: this.#of, sealed: Object.fromEntries(sealed) });
  }

  /** Whether it says nothing else; what somebody set may say nothing. */
  isOwn(kept: string): boolean {
    const { of = this.#of } = keptIn(kept);
    return of === this.#of;
  }

  /** What the connector said. @throws ConnectorError for what is of something else */
  read(kept: string): string {
    const { of, sealed = {}, ...plain } = keptIn(kept);
    if (of !== undefined && of !== this.#of) throw foreign();
    return JSON.stringify({ ...plain, ...this.#open(sealed) });
  }

  #open(sealed: NonNullable<Kept['sealed']>): Record<string, unknown> {
    try {
      const members = Object.entries(sealed).map(([name, text]) => {
        return [name, JSON.parse(this.#seal.open(text))];
      });
      return Object.fromEntries(members);
    } catch {
      throw foreign();
    }
  }
}

function foreign(): ConnectorError {
  const message =
    'The cursor of the sync is of another source, field or key than it has; delete it to read anew.';
  return new ConnectorError('configuration', message);
}

/** Seals the same text alike: by their positions, requests that are sent again are known. */
class Seal {
  readonly #key: Buffer;
  readonly #ivKey: Buffer;

  constructor(secret: Buffer) {
    this.#key = createHmac('sha256', secret).update('sync position').digest();
    this.#ivKey = createHmac('sha256', secret).update('sync position iv').digest();
  }

  seal(text: string): string {
    const iv = createHmac('sha256', this.#ivKey).update(text).digest().subarray(0, ivBytes);
    const cipher = createCipheriv(algorithm, this.#key, iv);
    const sealed = [iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString('base64url');
  }

  open(text: string): string {
    const bytes = Buffer.from(text, 'base64url');
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv(algorithm, this.#key, bytes.subarray(0, ivBytes), options);
    decipher.setAuthTag(bytes.subarray(-tagBytes));
    const opened = decipher.update(bytes.subarray(ivBytes, -tagBytes));
    return Buffer.concat([opened, decipher.final()]).toString();
  }
}
