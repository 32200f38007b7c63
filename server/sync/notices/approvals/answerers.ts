import { type Role, roles } from '../../../../contract/platform/shapes.ts';
import {
  type MemberRow,
  selectMembersNamed,
  selectRoles,
} from '../../../platform/members/store.ts';
import type { Answer } from '../../../platform/objects.ts';
import { keptAddress } from '../../../runtime/addresses.ts';
import type { Db } from '../../../runtime/database/database.ts';
import { invalid } from '../../../runtime/errors.ts';
import { lookupId } from '../../../runtime/ids.ts';
import { escapeFor } from '../words.ts';

type At = { readonly db: Db; readonly organization: number };

/** Who may answer, as it is kept: roles, and members by the ids of their rows. */
export type Answerers = readonly string[];

const isRole = (entry: string): entry is Role => (roles as readonly string[]).includes(entry);
const isOf = (entry: string, { id, email }: MemberRow) =>
  entry.includes('@') ? keptAddress(entry) === email : lookupId('member', entry) === id;

/**
 * Whom the entries of `by` name, without those who are gone.
 * @param by roles, addresses of mail and ids of members
 */
export async function findAnswerers(at: At, by: readonly string[]): Promise<Answerers> {
  return (await found(at, by)).flatMap((one) => one ?? []);
}

/** @throws AppError 400 that names the first entry for which there is nobody */
export async function checkAnswerers(at: At, by: readonly string[], field: string): Promise<void> {
  const place = (await found(at, by)).indexOf(undefined);
  if (place < 0) return;
  // An address is personal: its place is said and not itself.
  const rule = isRole(by[place] as string)
    ? 'nobody in the organization has this role.'
    : `no member of the organization has this address or id; name a role (${roles.join(', ')}), or a member by their address of mail or their id.`;
  throw invalid(`${field}.${place}`, rule);
}

async function found({ db, organization }: At, by: readonly string[]) {
  const named = by.filter((entry) => !isRole(entry));
  const emails = named.filter((entry) => entry.includes('@')).map(keptAddress);
  const ids = named.filter((entry) => !entry.includes('@')).map((id) => lookupId('member', id));
  const [members, held] = await Promise.all([
    selectMembersNamed(db, organization, { ids, emails }),
    selectRoles(db, organization),
  ]);
  return by.map((entry): string | undefined => {
    if (isRole(entry)) return held.includes(entry) ? entry : undefined;
    const member = members.find((one) => isOf(entry, one));
    return member && String(member.id);
  });
}

/** As people in the channel read it: `owners, Ann and Ben`. */
export async function wordsFor({ db, organization }: At, answerers: Answerers): Promise<string> {
  const ids = answerers.filter((entry) => !isRole(entry)).map(Number);
  const members = await selectMembersNamed(db, organization, { ids });
  const words = [
    ...answerers.filter(isRole).map((role) => `${role}s`),
    ...members.map(({ name }) => escapeFor('threads')(name)),
  ];
  return new Intl.ListFormat('en').format(words);
}

/** What was said by those who may answer, and by others. */
export async function partAnswers(
  { db, organization }: At,
  answerers: Answerers,
  answers: readonly Answer[],
): Promise<{ heard: Answer[]; refused: Answer[] }> {
  const ids = [...new Set(answers.map(({ memberId }) => memberId))];
  const members = await selectMembersNamed(db, organization, { ids });
  const allowed = new Set(
    members
      .filter(({ id, role }) => answerers.includes(role) || answerers.includes(String(id)))
      .map(({ id }) => id),
  );
  return {
    heard: answers.filter(({ memberId }) => allowed.has(memberId)),
    refused: answers.filter(({ memberId }) => !allowed.has(memberId)),
  };
}
