import type { In } from '../../../contract/endpoint.ts';
import type { Session, session } from '../../../contract/platform/session.ts';
import type { Db } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { memberOf } from '../access/callers.ts';
import { record } from '../audit/record.ts';
import type { ReadContext, WriteContext } from '../context.ts';
import { readName } from '../names.ts';
import { type PersonRow, selectPerson, updateActiveOrganization, updateUserName } from './store.ts';

export async function getSession(ctx: ReadContext): Promise<Session> {
  const { userId, organization } = memberOf(ctx);
  return showPerson(ctx.db, userId, organization);
}

/** @throws AppError not_found (404) when the person is not a member there */
export async function switchOrganization(
  ctx: WriteContext,
  { body }: In<typeof session, 'switchOrganization'>,
): Promise<Session> {
  const { userId, sessionId } = memberOf(ctx);
  const person = await findPerson(ctx.tx, userId);
  const organization = lookupId('organization', body.organization_id);
  if (!person.memberships.some((one) => one.organization_id === organization)) {
    throw new AppError('not_found');
  }
  await updateActiveOrganization(ctx.tx, sessionId, organization);
  return showSession(person, organization);
}

export async function changeProfile(
  ctx: WriteContext,
  { body }: In<typeof session, 'changeProfile'>,
): Promise<Session> {
  const { userId, organization } = memberOf(ctx);
  const name = readName(body.name);
  await updateUserName(ctx.tx, userId, name, ctx.now);
  const person = await findPerson(ctx.tx, userId);
  for (const one of person.memberships) {
    const subject = shortId('member', one.member_id);
    const data = { member_id: subject, name };
    const there = { ...ctx, organization: one.organization_id };
    await record(there, 'member.rename', subject, [{ type: 'member.updated', subject, data }]);
  }
  return showSession(person, organization);
}

/** A person as a member of an organization. @throws AppError unauthorized (401) */
export async function showPerson(db: Db, userId: string, organization: number): Promise<Session> {
  return showSession(await findPerson(db, userId), organization);
}

async function findPerson(db: Db, userId: string): Promise<PersonRow> {
  const person = await selectPerson(db, userId);
  if (!person) throw new AppError('unauthorized');
  return person;
}

function showSession({ memberships, ...person }: PersonRow, active: number): Session {
  const organizations = memberships.map(({ organization_id, name }) => ({
    id: shortId('organization', organization_id),
    name,
  }));
  const present = memberships.find(({ organization_id }) => organization_id === active);
  if (!present) throw new AppError('unauthorized');
  const { id, name, email, image, two_factor_enabled, is_proven } = person;
  return {
    user: { id, name, email, image, two_factor_enabled, is_proven },
    member: { id: shortId('member', present.member_id), role: present.role },
    organization: { id: shortId('organization', active), name: present.name },
    organizations,
  };
}
