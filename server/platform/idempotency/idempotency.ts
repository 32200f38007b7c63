import { createHash } from 'node:crypto';
import { type ErrorCode, errors } from '../../../contract/errors.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { nameOf } from '../access/callers.ts';
import type { OutsideContext, WriteContext } from '../context.ts';
import {
  deleteKey,
  insertKey,
  type Kept,
  type KeptAnswer,
  lockKey,
  type Place,
  rollbackToSavepoint,
  setSavepoint,
  updateKeyAnswer,
  updateKeyTaken,
} from './store.ts';

export const keptMilliseconds = 24 * 3600 * 1000;
const keyLengthMax = 255;
/** Longer than a request can take. */
const underWayMilliseconds = 5 * 60_000;

/**
 * A hash of everything that the answer to a request depends on: it tells one request under a key
 * from another.
 */
export function fingerprintOf(...parts: unknown[]): Buffer {
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

type Said = { params: unknown; query: unknown; body: unknown };

/**
 * The fingerprint that earlier versions stored: endpoint and body only. Where a request has a path
 * or a query, those rows match nothing, because their answers may be about something else.
 */
export function formerFingerprintOf(endpoint: string, { params, query, body }: Said) {
  if (!isEmpty(params) || !isEmpty(query)) return undefined;
  return createHash('sha256')
    .update(`${endpoint}\n${JSON.stringify(body)}`)
    .digest();
}

/**
 * Does the work of a request with an Idempotency-Key once: a repeated call within 24 hours gets the
 * first answer, even a refusal; simultaneous calls wait for the first.
 * @param former the fingerprint that an older version would have stored
 * @throws AppError idempotency_mismatch (400) for another request under the same key
 */
export async function answerOnce(
  ctx: WriteContext,
  key: string,
  fingerprint: Buffer,
  work: () => Promise<KeptAnswer>,
  former = fingerprint,
): Promise<KeptAnswer> {
  const { tx, now } = ctx;
  const place = placeOf(ctx, key);
  if (!(await insertKey(tx, place, fingerprint, now))) {
    const kept = await lockKey(tx, place);
    if (kept && now.getTime() - kept.created_at.getTime() < keptMilliseconds) {
      return repeat(kept, [fingerprint, former]);
    }
    await updateKeyTaken(tx, place, fingerprint, now);
  }
  const answer = await attempt(ctx, work);
  updateKeyAnswer(tx, place, answer);
  return answer;
}

/**
 * The same for work that calls the outside between transactions of its own. Whoever comes meanwhile is
 * told to come again; when the process dies under way, the work is done again after a while.
 * @throws AppError overloaded (503) while the first call is under way
 */
export async function answerOnceOutside(
  ctx: OutsideContext,
  key: string,
  fingerprint: Buffer,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const place = placeOf(ctx, key);
  const claimed = await ctx.transaction((within) => claim(within, place, fingerprint));
  if (claimed) return claimed;
  const answer = await work().catch(async (thrown) => {
    if (isRefusal(thrown)) return keepRefusal(thrown);
    await ctx.transaction(async ({ tx }) => deleteKey(tx, place));
    throw thrown;
  });
  await ctx.transaction(async ({ tx }) => updateKeyAnswer(tx, place, answer));
  return answer;
}

async function claim({ tx, now }: WriteContext, place: Place, fingerprint: Buffer) {
  if (await insertKey(tx, place, fingerprint, now)) return undefined;
  const kept = await lockKey(tx, place);
  const age = kept ? now.getTime() - kept.created_at.getTime() : keptMilliseconds;
  if (kept?.answer && age < keptMilliseconds) return repeat(kept, [fingerprint]);
  if (kept && !kept.answer && age < underWayMilliseconds) {
    throw new AppError('overloaded', {
      message: 'The first request with this Idempotency-Key is still being answered; try again.',
      headers: { 'retry-after': '1' },
    });
  }
  await updateKeyTaken(tx, place, fingerprint, now);
  return undefined;
}

function placeOf({ organization, caller }: OutsideContext | WriteContext, key: string): Place {
  if (!/^[\x21-\x7e ]+$/.test(key) || key.length > keyLengthMax) {
    throw invalid('Idempotency-Key', `must be 1 to ${keyLengthMax} printable ASCII characters.`);
  }
  return { organization, actor: nameOf(caller), key };
}

function repeat(kept: Kept, fingerprints: readonly Buffer[]): KeptAnswer {
  const isSame = fingerprints.some((one) => kept.fingerprint.equals(one));
  if (!isSame) throw new AppError('idempotency_mismatch');
  return { ...kept.answer, headers: { ...kept.answer.headers, 'idempotency-replayed': 'true' } };
}

function isEmpty(members: unknown): boolean {
  return Object.keys(members ?? {}).length === 0;
}

/** A refusal is an answer to keep: what was written so far is undone, the key itself stays. */
async function attempt({ tx }: WriteContext, work: () => Promise<KeptAnswer>): Promise<KeptAnswer> {
  await setSavepoint(tx);
  try {
    return await work();
  } catch (thrown) {
    if (!isRefusal(thrown)) throw thrown;
    await rollbackToSavepoint(tx);
    return keepRefusal(thrown);
  }
}

function isRefusal(thrown: unknown): thrown is AppError {
  return thrown instanceof AppError && thrown.status < 500;
}

function keepRefusal({ code, status, message, fields, headers = {} }: AppError): KeptAnswer {
  return { status, headers, error: { code, message, ...(fields ? { fields } : {}) } };
}

/** A stored refusal, to be thrown again. */
export function keptError({ error, headers }: KeptAnswer): AppError | undefined {
  if (!error || !(error.code in errors)) return undefined;
  const { code, message, fields } = error;
  return new AppError(code as ErrorCode, { message, headers, ...(fields ? { fields } : {}) });
}
