import { audit, inOrganization } from '../../platform/operator/acting.ts';
import type { Platform } from '../../platform/platform.ts';
import { organizationQuota as quota } from '../../platform/uploads/quota/quota.ts';
import { shortId } from '../../runtime/ids.ts';

/** What the files of an organization take, and its quota; `max` sets the quota, null removes it. */
export async function organizationQuota(
  platform: Platform,
  organization: string,
  max?: number | null,
) {
  return inOrganization(platform, organization, async (ctx) => {
    const id = shortId('organization', ctx.organization);
    const { bytes, bytes_max } = await quota(ctx, max);
    if (max !== undefined) await audit(ctx, 'organization.quota', id);
    return { id, bytes, bytes_max };
  });
}
