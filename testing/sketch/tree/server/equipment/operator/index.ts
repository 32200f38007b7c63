import { inOrganization } from '../../platform/operator/acting.ts';
import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import { selectDevices } from '../devices/store.ts';

export async function listDevices(platform: Platform, organization: string) {
  return inOrganization(platform, organization, async ({ tx, organization: at }) => {
    const rows = await selectDevices(tx, at);
    return rows.map(({ id, ...device }) => ({ id: shortId('device', id), ...device }));
  });
}
