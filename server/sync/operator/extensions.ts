import type { In } from '../../../contract/endpoint.ts';
import { extensions } from '../../../contract/sync/extensions.ts';
import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import { failOrphans } from '../connections/health.ts';
import * as rules from '../extensions/extensions.ts';
import { listAll, sessionsOf } from './acting.ts';
import { findExtension, organizationsOf } from './finding.ts';
import { requireFitting } from './given.ts';

type Body = In<typeof extensions, 'createExtension'>['body'];

/** @param given the body of `POST /v1/extensions`, as it was written */
export async function registerExtension(platform: Platform, organization: string, given: unknown) {
  requireFitting(extensions.createExtension.body, given);
  const [acting] = await organizationsOf(platform, organization);
  const { providers } = sessionsOf(platform);
  const register = rules.createExtension({
    keyring: platform.keyring,
    isBuiltIn: (provider) => providers.find(provider) !== undefined,
    look: providers.lookAtCode,
  });
  try {
    return await register(acting!.outside, { params: {}, query: {}, body: given as Body });
  } finally {
    await providers.close();
  }
}

/** Of one organization, or of all. */
export async function listExtensions(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listExtensions(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

/** Another secret, shown this once; for a day the one before holds, too. */
export async function rotateExtension(platform: Platform, given: string) {
  const { acting, id } = await findExtension(platform, given);
  const rotate = rules.rotateExtension(platform.keyring);
  const params = { extension: id };
  return acting.write((ctx) => rotate(ctx, { params, query: {}, body: undefined }));
}

/** By force also where connections use it: those get the status "error". */
export async function deleteExtension(platform: Platform, given: string, force: boolean) {
  const { acting, id } = await findExtension(platform, given);
  const remove = rules.deleteExtension(failOrphans);
  const params = { extension: id };
  await acting.write((ctx) => remove(ctx, { params, query: { force }, body: undefined }));
}
