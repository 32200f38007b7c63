import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A key that wraps the keys of secrets; its id is the start of its SHA-256, in hex. */
export type MasterKey = { id: string; bytes: Buffer };

/** A sealed value was changed, truncated, or moved away from the place that it was sealed for. */
export class SealError extends Error {}

export const keyBytes = 32;
const version = 1;
const idBytes = 8;
const ivBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + idBytes;
const wrappedBytes = headerBytes + ivBytes + keyBytes + tagBytes;

export function masterKeyOf(bytes: Buffer): MasterKey {
  const id = createHash('sha256')
    .update(bytes)
    .digest('hex')
    .slice(0, 2 * idBytes);
  return { id, bytes };
}

/**
 * Encrypts under a data key of its own, which the master key wraps (both AES-256-GCM, NIST SP
 * 800-38D): version 1, master key id 8, IV 12, wrapped data key 32, tag 16, IV 12, payload, tag 16.
 */
export function sealUnder(master: MasterKey, plaintext: Buffer, context: string): Buffer {
  const dataKey = randomBytes(keyBytes);
  return Buffer.concat([
    wrap(master, dataKey, context),
    encrypt(dataKey, plaintext, payloadOf(context)),
  ]);
}

/** @throws SealError unless the bytes and the context are exactly those that were sealed */
export function openWith(master: MasterKey, sealed: Buffer, context: string): Buffer {
  const dataKey = unwrap(master, sealed, context);
  return decrypt(dataKey, sealed.subarray(wrappedBytes), payloadOf(context), context);
}

/** The same payload, its data key wrapped by another master key. */
export function rewrapUnder(
  from: MasterKey,
  to: MasterKey,
  sealed: Buffer,
  context: string,
): Buffer {
  const dataKey = unwrap(from, sealed, context);
  return Buffer.concat([wrap(to, dataKey, context), sealed.subarray(wrappedBytes)]);
}

/** The id of the master key that a sealed value needs. */
export function masterKeyIdIn(sealed: Buffer, context: string): string {
  if (sealed[0] !== version || sealed.length < wrappedBytes + ivBytes + tagBytes) {
    throw new SealError(`The sealed value of ${context} is not one of this version of Heddle.`);
  }
  return sealed.toString('hex', 1, headerBytes);
}

function wrap(master: MasterKey, dataKey: Buffer, context: string): Buffer {
  const header = Buffer.concat([Buffer.of(version), Buffer.from(master.id, 'hex')]);
  return Buffer.concat([header, encrypt(master.bytes, dataKey, wrappingOf(header, context))]);
}

function unwrap(master: MasterKey, sealed: Buffer, context: string): Buffer {
  const header = sealed.subarray(0, headerBytes);
  const wrapped = sealed.subarray(headerBytes, wrappedBytes);
  return decrypt(master.bytes, wrapped, wrappingOf(header, context), context);
}

function wrappingOf(header: Buffer, context: string): Buffer {
  return Buffer.concat([header, Buffer.from(`key ${context}`)]);
}

function payloadOf(context: string): Buffer {
  return Buffer.concat([Buffer.of(version), Buffer.from(`payload ${context}`)]);
}

function encrypt(key: Buffer, plaintext: Buffer, authenticated: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(authenticated);
  return Buffer.concat([iv, cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(key: Buffer, given: Buffer, authenticated: Buffer, context: string): Buffer {
  const tagAt = given.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, given.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(authenticated).setAuthTag(given.subarray(tagAt));
  const start = decipher.update(given.subarray(ivBytes, tagAt));
  try {
    return Buffer.concat([start, decipher.final()]);
  } catch (error) {
    throw new SealError(
      `The sealed value of ${context} was changed, or sealed for another place.`,
      {
        cause: error,
      },
    );
  }
}
