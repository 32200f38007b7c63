import type { UserState } from '../../../contract/messaging/website/shapes.ts';
import type { Caller } from '../../platform/access/callers.ts';
import type { ReadContext, WriteContext } from '../../platform/context.ts';
import { selectMembersByEmail } from '../../platform/organizations/store.ts';
import { keptAddress } from '../../runtime/addresses.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { publish } from '../../runtime/events/events.ts';
import { lookupId } from '../../runtime/ids.ts';
import { readNumber, takeNumber } from '../names/names.ts';
import {
  insertUser,
  type Owner,
  selectActiveIds,
  selectBot,
  selectMemberUser,
  selectUsersByMember,
  type UserRow,
  type UserStateRow,
} from './store.ts';

type At = Pick<WriteContext, 'tx' | 'organization' | 'now'>;

/** The bot of a new API key, which posts with the rights of a member. */
export async function createBot(at: At, keyId: number, name: string): Promise<number> {
  const id = await createUser(at, { name, keyId, memberId: null });
  await publishBot(at, 'bot.created', id);
  return id;
}

/** Follows the revocation of a bot's key: it posts no more, and what it posted stays. */
export async function endBot(at: At, keyId: number): Promise<void> {
  const bot = await selectBot(at.tx, at.organization, keyId);
  if (bot) await publishBot(at, 'bot.ended', bot.id);
}

async function publishBot(
  { tx, organization, now }: At,
  type: 'bot.created' | 'bot.ended',
  id: number,
): Promise<void> {
  const userID = String(id);
  await publish(tx, organization, now, [{ type, subject: userID, data: { userID } }]);
}

export async function createUser(
  { tx, organization, now }: At,
  user: { name: string; memberId: number | null; keyId: number | null },
): Promise<number> {
  const id = await takeNumber(tx, organization, 'user');
  await insertUser(tx, organization, { ...user, id, now });
  return id;
}

/** The acting user: that of the member who is signed in, or the bot of the key in the request. */
export async function findActor(
  { organization, caller }: Pick<ReadContext, 'organization' | 'caller'>,
  db: Db,
): Promise<UserRow> {
  const select = caller.kind === 'member' ? selectMemberUser : selectBot;
  const user = await select(db, organization, caller.id);
  if (!user) throw new AppError('unauthorized');
  return user;
}

/** The owner of a caller's user. */
export function ownerOf({ kind, id }: Caller): Owner {
  return { column: kind === 'member' ? 'member_id' : 'api_key_id', id };
}

export function showUser({ id, name, member_id, is_active }: UserStateRow): UserState {
  const kind = member_id === null ? 'bot' : 'member';
  return { user_id: String(id), name, kind, is_active };
}

type Invited = { userIDs?: readonly (string | number)[] | null; emails?: readonly string[] | null };

/**
 * The users to be added to a channel or chat. @throws AppError 400 that names those who do not
 * exist
 */
export async function findInvited(
  { tx, organization }: At,
  { userIDs, emails }: Invited,
): Promise<number[]> {
  const asked = (userIDs ?? []).map(readNumber);
  const known = asked.length === 0 ? [] : await selectActiveIds(tx, organization, asked);
  const unknown = (userIDs ?? []).find((given) => !known.includes(readNumber(given)));
  if (unknown !== undefined)
    throw invalid('userIDs', `no member of the organization has the id ${unknown}.`);
  return [...new Set([...known, ...(await findByEmail(tx, organization, emails ?? []))])];
}

async function findByEmail(tx: Tx, organization: number, given: readonly string[]) {
  if (given.length === 0) return [];
  const emails = given.map(keptAddress);
  const members = await selectMembersByEmail(tx, organization, emails);
  const known = new Set(members.map(({ email }) => email));
  const missing = emails.findIndex((email) => !known.has(email));
  // An address is personal: the refusal gives its position in the list and not the address.
  if (missing >= 0)
    throw invalid(`emails.${missing}`, 'no member of the organization has this address.');
  return selectUsersByMember(
    tx,
    organization,
    members.map(({ id }) => id),
  );
}

/** The bots of some keys. @throws AppError 400 */
export async function findBots({ tx, organization }: At, keys: readonly string[]) {
  const bots: number[] = [];
  for (const given of keys) {
    const bot = await selectBot(tx, organization, lookupId('key', given));
    const [id] = bot ? await selectActiveIds(tx, organization, [bot.id]) : [];
    if (id === undefined) throw invalid('key', `no messaging API key in use has the id ${given}.`);
    bots.push(id);
  }
  return bots;
}
