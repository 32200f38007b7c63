import { randomBytes } from 'node:crypto';
import type { WriteContext } from '../../../platform/context.ts';
import { hashSecret } from '../../../runtime/secret-hash.ts';
import { updateHoldToken } from './store.ts';

/** Makes a token: who has it may book the opening while the hold lasts. */
export async function giveHoldToken(ctx: WriteContext, id: number): Promise<string> {
  const token = randomBytes(24).toString('base64url');
  await updateHoldToken(ctx.tx, ctx.organization, id, hashSecret(token));
  return token;
}
