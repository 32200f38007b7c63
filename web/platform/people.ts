import { platform } from '../api.ts';

/** Works for another organization from now on; what was loaded is of the one before. */
export async function switchOrganization(id: string): Promise<void> {
  await platform.switchOrganization({ body: { organization_id: id } });
}

/** What members may do, in words. */
export const roleNames = { owner: 'Owner', admin: 'Admin', member: 'Member' } as const;
