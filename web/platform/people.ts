import { type Role, roles } from '../../contract/platform/shapes.ts';
import { platform } from './api.ts';

/** Switches to another organization; what was loaded belongs to the one before. */
export async function switchOrganization(id: string): Promise<void> {
  await platform.switchOrganization({ body: { organization_id: id } });
}

/** Names of the roles. */
export const roleNames = { owner: 'Owner', admin: 'Admin', member: 'Member' } as const;

/** The roles that a member may give to others: only owners make owners. */
export function rolesToGive(own: Role): Role[] {
  return roles.filter((role) => own === 'owner' || role !== 'owner');
}
