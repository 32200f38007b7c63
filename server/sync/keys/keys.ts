import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import type { In } from '../../../contract/endpoint.ts';
import type { keys } from '../../../contract/sync/keys.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { newId } from '../conventions/ids.ts';
import { inUse } from '../conventions/in-use.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { writeKept } from './kept.ts';
import {
  contextOf,
  deletePrivateKey as deleteKeyRow,
  insertPrivateKey,
  type PrivateKeyRow,
  selectPrivateKey,
  selectPrivateKeys,
  selectUsersOfKey,
} from './store.ts';

type Of<Name extends keyof typeof keys> = In<typeof keys, Name>;

/** @throws AppError 400 for a text that is no private key, or an encrypted one */
export const storePrivateKey =
  (keyring: Keyring) =>
  async (ctx: WriteContext, { body }: Of<'createPrivateKey'>) => {
    const { tx, organization, now } = ctx;
    const id = newId('private_key');
    const fingerprint = await fingerprintOf(body.private_key);
    const row = { id, name: body.name, fingerprint, created_at: now, updated_at: now };
    const username = body.username?.trim() ?? '';
    const kept = writeKept({ private_key: body.private_key, username });
    const sealed = keyring.seal(kept, contextOf(id));
    await insertPrivateKey(tx, organization, { ...row, sealed });
    await record(ctx, 'key.store', id, []);
    return show(row);
  };

export async function listPrivateKeys(ctx: ReadContext, { query }: Of<'listPrivateKeys'>) {
  const rows = await selectPrivateKeys(ctx.db, ctx.organization, pageOf(query));
  return answerPage(ctx, { path: '/v1/keys', query }, rows, { show, key: ({ id }) => id });
}

/** @throws AppError not_found (404) */
export async function getPrivateKey(ctx: ReadContext, { params }: Of<'getPrivateKey'>) {
  const row = await selectPrivateKey(ctx.db, ctx.organization, params.private_key);
  if (!row) throw new AppError('not_found');
  return show(row);
}

/** @throws AppError not_found (404), in_use (409) */
export async function deletePrivateKey(ctx: WriteContext, { params }: Of<'deletePrivateKey'>) {
  const isGone = await deleteKeyRow(ctx.tx, ctx.organization, params.private_key);
  if (isGone === undefined) throw new AppError('not_found');
  if (!isGone) {
    const users = await selectUsersOfKey(ctx.tx, ctx.organization, params.private_key);
    throw inUse(users, 'give these connections another key first.');
  }
  await record(ctx, 'key.delete', params.private_key, []);
  return undefined;
}

function show({ id, name, fingerprint, created_at, updated_at }: PrivateKeyRow) {
  return {
    id,
    name,
    fingerprint,
    created_at: created_at.toISOString(),
    updated_at: updated_at.toISOString(),
  };
}

/** Of the public key: that of its SPKI; of a key as OpenSSH writes it, what `ssh-keygen -l` says. */
async function fingerprintOf(text: string): Promise<string> {
  if (/^-----BEGIN OPENSSH PRIVATE KEY-----/.test(text.trim())) return opensshFingerprint(text);
  try {
    const spki = createPublicKey(createPrivateKey(text)).export({ type: 'spki', format: 'der' });
    return createHash('sha256').update(spki).digest('base64');
  } catch {
    throw unusable();
  }
}

async function opensshFingerprint(text: string): Promise<string> {
  const { default: library } = await import('ssh2');
  const parsed = library.utils.parseKey(text);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (!key || key instanceof Error || !key.isPrivateKey()) throw unusable();
  const digest = createHash('sha256').update(key.getPublicSSH()).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

function unusable() {
  return invalid(
    'private_key',
    'must be a private key in PEM (PKCS#8, PKCS#1, SEC1) or as OpenSSH writes it, not encrypted.',
  );
}
