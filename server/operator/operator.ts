import { schedulingScopes } from '../../contract/scheduling/index.ts';
import { openChannel } from '../messaging/channels/channels.ts';
import { openGroup } from '../messaging/chats/chats.ts';
import { members as messagingMembers } from '../messaging/index.ts';
import { selectActiveIds, selectOwnerIds } from '../messaging/users/store.ts';
import { createBot, endBot, findBots, findInvited } from '../messaging/users/users.ts';
import * as keys from '../platform/access/keys.ts';
import { signingKeyColumn } from '../platform/access/signing.ts';
import * as consumers from '../platform/consumers/consumers.ts';
import type { WriteContext } from '../platform/context.ts';
import { setMaintenance } from '../platform/maintenance/maintenance.ts';
import { createMember, type NewMember } from '../platform/members/admission.ts';
import { endMemberOf } from '../platform/members/members.ts';
import { readName } from '../platform/names.ts';
import * as organizations from '../platform/organizations/organizations.ts';
import type { Platform } from '../platform/platform.ts';
import { organizationQuota } from '../platform/uploads/quota/quota.ts';
import type { Tx } from '../runtime/database/database.ts';
import { invalid } from '../runtime/errors.ts';
import { stripOldEvents } from '../runtime/events/stripping/stripping.ts';
import { lookupId, readId, shortId } from '../runtime/ids.ts';
import { type PlanName, planNames } from '../runtime/limits/plans.ts';
import {
  erasePatient,
  findOrganizationOfPatient,
  stays,
} from '../scheduling/patients/erasure/erasure.ts';
import { createPractice, type PracticeToCreate } from '../scheduling/practices/practices.ts';
import { selectPracticeId } from '../scheduling/practices/store.ts';
import { audit, contextOf, untilHeard, write } from './acting.ts';
import { type Revocation, revokeConsumer } from './revocation.ts';

export type ConsumerToCreate = {
  name: string;
  /** Scopes separated by blanks, or `all`. */
  scope: string;
  /** Ids; none: every practice of the organization. */
  practices: readonly string[];
  plan: string;
};

export type KeyToCreate = { name: string; kind: 'sync' | 'threads'; plan: string };

/** Addresses of members and ids of keys. */
type Named = { emails: readonly string[]; keys: readonly string[] };

/** With nobody named a public one has everybody in it, and a private one the owners. */
export type ChannelToCreate = Named & { name: string; isPrivate: boolean };

/** With nobody named everybody is in it. */
export type ChatToCreate = Named & { name: string };

/** What the operator of an installation can do, on its database; every write is audited. */
export class Operator {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async createOrganization(given: string) {
    return this.#write(async (tx, now) => {
      const name = readName(given);
      const made = await organizations.createOrganization(tx, name, now);
      const organization = readId('organization', made.id) as number;
      await audit(contextOf(this.#platform, tx, organization, now), 'organization.create', made.id);
      return made;
    });
  }

  /** What the files of an organization take and may take; `max` changes that, null takes it away. */
  async organizationQuota(organization: string, max?: number | null) {
    return this.#writeIn(organization, async (ctx) => {
      const id = shortId('organization', ctx.organization);
      const { bytes, bytes_max } = await organizationQuota(ctx, max);
      if (max !== undefined) await audit(ctx, 'organization.quota', id);
      return { id, bytes, bytes_max };
    });
  }

  async createMember(organization: string, given: NewMember) {
    return this.#writeIn(organization, async (ctx) => {
      const member = { ...given, name: readName(given.name) };
      const made = await createMember(ctx, member, messagingMembers);
      const id = shortId('member', made.id);
      await audit(ctx, 'member.create', id);
      return { id, user_id: made.user_id, email: member.email };
    });
  }

  /** Refused where the organization would be without an owner. */
  async endMember(organization: string, email: string) {
    const ended = this.#writeIn(organization, (ctx) => endMemberOf(ctx, email, messagingMembers));
    return untilHeard(ended);
  }

  async createPractice(organization: string, practice: PracticeToCreate) {
    return this.#writeIn(organization, (ctx) => createPractice(ctx, practice));
  }

  /** Answers what was erased, and what stays and why. */
  async erasePatient(given: string) {
    await stripOldEvents(this.#platform.database);
    return this.#write(async (tx, now) => {
      const id = /^\d{1,15}$/.test(given) ? Number(given) : 0;
      const organization = await findOrganizationOfPatient(tx, id);
      const ctx = contextOf(this.#platform, tx, organization, now);
      const erased = await erasePatient(ctx, id);
      await audit(ctx, 'patient.erase', String(id));
      return { ...erased, stays };
    });
  }

  async createConsumer(organization: string, { name, scope, practices, plan }: ConsumerToCreate) {
    return this.#writeIn(organization, async (ctx) => {
      const scopes = readScopes(scope);
      const practiceIds = await readPractices(ctx, practices);
      const consumer = { name: readName(name), scopes, practiceIds, plan: readPlan(plan) };
      const made = await consumers.createConsumer(ctx.tx, ctx.organization, consumer, ctx.now);
      await audit(ctx, 'consumer.create', `consumer:${made.id}`);
      const { client_id, client_secret } = made;
      return { client_id, client_secret, scope: scopes.join(' '), plan: consumer.plan };
    });
  }

  async rotateConsumer(clientId: string) {
    return untilHeard(this.#write((tx, now) => consumers.rotateConsumer(tx, clientId, now)));
  }

  /** Answers what became of its bookings; of one that was revoked before, of what it still has. */
  async revokeConsumer(clientId: string, transferTo?: string): Promise<Revocation> {
    return revokeConsumer(this.#platform, clientId, transferTo);
  }

  async listConsumers() {
    const rows = await consumers.listConsumers(this.#platform.database);
    return rows.map((row) => ({
      client_id: row.client_id,
      name: row.name,
      organization: shortId('organization', row.organization_id),
      scope: row.scopes.join(' '),
      practices: row.practice_ids?.map((id) => shortId('practice', id)) ?? null,
      plan: row.plan,
      created_at: row.created_at.toISOString(),
      revoked_at: row.revoked_at?.toISOString() ?? null,
    }));
  }

  async createKey(organization: string, { kind, plan, ...given }: KeyToCreate) {
    return this.#writeIn(organization, async (ctx) => {
      const name = readName(given.name);
      const key = { name, kind, plan: readPlan(plan) };
      const made = await keys.createKey(ctx.tx, ctx.organization, key, ctx.now);
      await audit(ctx, 'key.create', made.id);
      if (kind === 'threads') await createBot(ctx, readId('key', made.id) as number, name);
      return made;
    });
  }

  async revokeKey(organization: string, id: string): Promise<void> {
    const revoked = this.#writeIn(organization, async (ctx) => {
      await keys.revokeKey(ctx.tx, ctx.organization, id, ctx.now);
      await endBot(ctx, readId('key', id) as number);
      await audit(ctx, 'key.revoke', id);
    });
    await untilHeard(revoked);
  }

  async createChannel(organization: string, { name, isPrivate, ...named }: ChannelToCreate) {
    return this.#writeIn(organization, async (ctx) => {
      const privacy = isPrivate ? 'private' : 'public';
      const selectOthers = isPrivate ? selectOwnerIds : selectActiveIds;
      const userIDs =
        (await findNamed(ctx, named)) ?? (await selectOthers(ctx.tx, ctx.organization));
      const channel = { name, privacy, userIDs } as const;
      return { id: await openChannel(ctx, null, channel), name };
    });
  }

  async createChat(organization: string, { name, ...named }: ChatToCreate) {
    return this.#writeIn(organization, async (ctx) => {
      const members =
        (await findNamed(ctx, named)) ?? (await selectActiveIds(ctx.tx, ctx.organization));
      return { id: await openGroup(ctx, null, name, members), name };
    });
  }

  async setMaintenance(on: boolean, retryAfterSeconds: number): Promise<void> {
    await setMaintenance(this.#platform.database, { on, retry_after_seconds: retryAfterSeconds });
  }

  /** Re-wraps every secret under a new master key, and signs tokens with a new key from now on. */
  async rotateSecrets() {
    const { keyring, secrets, signingKeys } = this.#platform;
    if (keyring.origin === 'file') keyring.addKey();
    const rotated = await secrets.rotateSecrets([signingKeyColumn]);
    await signingKeys.rotate();
    return rotated;
  }

  async #write<T>(work: (tx: Tx, now: Date) => Promise<T>): Promise<T> {
    return write(this.#platform, work);
  }

  async #writeIn<T>(organization: string, work: (ctx: WriteContext) => Promise<T>): Promise<T> {
    return this.#write(async (tx, now) => {
      const id = await organizations.findOrganization(tx, organization);
      return work(contextOf(this.#platform, tx, id, now));
    });
  }
}

/** Undefined when nobody is named. @throws AppError 400 for whoever is not there */
async function findNamed(ctx: WriteContext, { emails, keys: bots }: Named) {
  const found = [...(await findInvited(ctx, { emails })), ...(await findBots(ctx, bots))];
  return found.length === 0 ? undefined : found;
}

function readScopes(text: string): string[] {
  if (text.trim() === 'all') return [...schedulingScopes];
  const scopes = text.split(/[\s,]+/).filter(Boolean);
  const unknown = scopes.find((scope) => !schedulingScopes.includes(scope));
  if (unknown || scopes.length === 0) {
    const known = `all, or some of: ${schedulingScopes.join(' ')}`;
    throw invalid('scope', `${unknown ? `there is no scope ${unknown}; ` : ''}give ${known}.`);
  }
  return [...new Set(scopes)];
}

function readPlan(text: string): PlanName {
  const plan = planNames.find((name) => name === text);
  if (!plan) throw invalid('plan', `must be one of ${planNames.join(', ')}.`);
  return plan;
}

async function readPractices({ tx, organization }: WriteContext, given: readonly string[]) {
  if (given.length === 0) return null;
  const ids: number[] = [];
  for (const text of given) {
    const id = await selectPracticeId(tx, organization, lookupId('practice', text), null);
    if (id === undefined) throw invalid('practice', `the organization has no practice ${text}.`);
    ids.push(id);
  }
  return ids;
}
