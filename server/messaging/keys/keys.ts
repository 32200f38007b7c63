import type { In } from '../../../contract/endpoint.ts';
import type { Key, keys } from '../../../contract/messaging/website/keys.ts';
import { type MemberCaller, memberOf } from '../../platform/access/callers.ts';
import { createKey, endKey, heardMilliseconds } from '../../platform/access/keys.ts';
import { record } from '../../platform/audit/record.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { lockCaller } from '../../platform/members/members.ts';
import { readName } from '../../platform/names.ts';
import { existing } from '../../runtime/database/existing.ts';
import { AppError } from '../../runtime/errors.ts';
import { Reply } from '../../runtime/http/reply.ts';
import { lookupId, readId, shortId } from '../../runtime/ids.ts';
import { createBot, endBot } from '../users/users.ts';
import { type KeyStateRow, selectKeyState, selectKeys, selectMakingTimes } from './store.ts';

const madeMax = 10;
const madeWithinMilliseconds = 3_600_000;

export async function listKeys(ctx: ReadContext) {
  const member = memberOf(ctx);
  const rows = await selectKeys(ctx.db, ctx.organization);
  return { keys: rows.map((row) => showKey(row, member)) };
}

export async function makeKey(ctx: WriteContext, { body }: In<typeof keys, 'makeKey'>) {
  const { tx, organization, now } = ctx;
  const name = readName(body.name);
  const member = await lockCaller(ctx, memberOf(ctx));
  await limitMaking(ctx, member);
  const key = { name, kind: 'threads', plan: 'professional', createdBy: member.id } as const;
  const made = await createKey(tx, organization, key, now);
  const id = readId('key', made.id) as number;
  await createBot(ctx, id, name);
  await record(ctx, 'key.create', made.id, []);
  const row = await selectKeyState(tx, organization, id);
  return { key: showKey(existing(row), member), text: made.key };
}

/** Revoking a key twice is no error. @throws AppError not_found, not_allowed */
export async function revokeKey(ctx: WriteContext, { params }: In<typeof keys, 'revokeKey'>) {
  const { tx, organization, now } = ctx;
  const row = await selectKeyState(tx, organization, lookupId('key', params.id));
  if (!row) throw new AppError('not_found', { message: 'There is no key with this id.' });
  if (!mayRevoke(row, memberOf(ctx))) {
    throw new AppError('not_allowed', {
      message: 'Only its maker, owners and admins may revoke this key; ask one of them.',
    });
  }
  if (!(await endKey(tx, organization, row.id, now))) return {};
  await endBot(ctx, row.id);
  await record(ctx, 'key.revoke', shortId('key', row.id), []);
  return new Reply({}, {}, heardMilliseconds);
}

/**
 * The membership is locked, so that nobody makes two keys at once.
 * @throws AppError too_many_requests (429)
 */
async function limitMaking({ tx, organization, now }: WriteContext, { id }: MemberCaller) {
  const since = new Date(now.getTime() - madeWithinMilliseconds);
  const times = await selectMakingTimes(tx, organization, id, since);
  const first = times.at(-madeMax);
  if (!first) return;
  const seconds = Math.ceil((first.getTime() - since.getTime()) / 1000);
  throw new AppError('too_many_requests', {
    message: `You can make at most ${madeMax} keys an hour; wait, or use one you already have.`,
    headers: { 'retry-after': String(seconds) },
  });
}

function mayRevoke({ created_by }: KeyStateRow, { id, role }: MemberCaller): boolean {
  return role !== 'member' || created_by === id;
}

function showKey(row: KeyStateRow, member: MemberCaller): Key {
  return {
    id: shortId('key', row.id),
    name: row.name,
    last_four: row.last_four,
    user_id: String(row.user_id),
    created_at: row.created_at.toISOString(),
    last_used_at: row.last_used_at?.toISOString() ?? null,
    revoked_at: row.revoked_at?.toISOString() ?? null,
    is_revocable: row.revoked_at === null && mayRevoke(row, member),
  };
}
