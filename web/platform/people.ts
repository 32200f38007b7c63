import { type Role, roles } from '../../contract/platform/shapes.ts';
import { platform } from './api.ts';

/** Works for another organization from now on; what was loaded is of the one before. */
export async function switchOrganization(id: string): Promise<void> {
  await platform.switchOrganization({ body: { organization_id: id } });
}

/** What members may do, in words. */
export const roleNames = { owner: 'Owner', admin: 'Admin', member: 'Member' } as const;

/** The roles that somebody may give to others: only owners make owners. */
export function rolesToGive(own: Role): Role[] {
  return roles.filter((role) => own === 'owner' || role !== 'owner');
}
