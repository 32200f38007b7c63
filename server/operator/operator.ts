import { signingKeyColumn } from '../platform/access/signing.ts';
import { setMaintenance } from '../platform/maintenance/maintenance.ts';
import { createMember, type NewMember } from '../platform/members/admission.ts';
import { endMemberOf } from '../platform/members/members.ts';
import { readName } from '../platform/names.ts';
import {
  audit,
  contextOf,
  inOrganization,
  untilHeard,
  write,
} from '../platform/operator/acting.ts';
import * as organizations from '../platform/organizations/organizations.ts';
import type { Platform } from '../platform/platform.ts';
import { members, sealedColumns } from '../products.ts';
import { readId, shortId } from '../runtime/ids.ts';

/**
 * What the operator can do about an installation, on its database; every write is audited. What a
 * product can do for the operator is in its own `operator/`.
 */
export class Operator {
  readonly #platform: Platform;

  constructor(platform: Platform) {
    this.#platform = platform;
  }

  async createOrganization(given: string) {
    return write(this.#platform, async (tx, now) => {
      const name = readName(given);
      const made = await organizations.createOrganization(tx, name, now);
      const organization = readId('organization', made.id) as number;
      await audit(contextOf(this.#platform, tx, organization, now), 'organization.create', made.id);
      return made;
    });
  }

  async listOrganizations() {
    return organizations.listOrganizations(this.#platform.database.system.reading);
  }

  async createMember(organization: string, given: NewMember) {
    return inOrganization(this.#platform, organization, async (ctx) => {
      const member = { ...given, name: readName(given.name) };
      const made = await createMember(ctx, member, members);
      const id = shortId('member', made.id);
      await audit(ctx, 'member.create', id);
      return { id, user_id: made.user_id, email: member.email };
    });
  }

  /** Refused where the organization would be without an owner. */
  async endMember(organization: string, email: string) {
    const ended = inOrganization(this.#platform, organization, (ctx) =>
      endMemberOf(ctx, email, members),
    );
    return untilHeard(ended);
  }

  async setMaintenance(on: boolean, retryAfterSeconds: number): Promise<void> {
    await setMaintenance(this.#platform.database, { on, retry_after_seconds: retryAfterSeconds });
  }

  /** Re-wraps every secret under a new master key, and signs tokens with a new key from now on. */
  async rotateSecrets() {
    const { keyring, secrets, signingKeys } = this.#platform;
    if (keyring.origin === 'file') keyring.addKey();
    const rotated = await secrets.rotateSecrets([signingKeyColumn, ...sealedColumns]);
    await signingKeys.rotate();
    return rotated;
  }
}
