import type { In } from '../../../contract/endpoint.ts';
import type { extensions } from '../../../contract/sync/extensions.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { inUse } from '../conventions/in-use.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import { hostsOf } from './hosts.ts';
import { checkManifest, checkUrl } from './manifest.ts';
import { newSecrets, rotated } from './secrets.ts';
import {
  deleteExtension as deleteRow,
  type ExtensionRow,
  insertExtension,
  lockExtension,
  selectCode,
  selectExtension,
  selectExtensions,
  selectUsers,
  selectVersions,
  updateExtension,
  type Version,
} from './store.ts';

type Of<Name extends keyof typeof extensions> = In<typeof extensions, Name>;

const versionsMax = 500;

export type ExtensionServices = {
  keyring: Keyring;
  isBuiltIn(provider: string): boolean;
  /** Looks at the code of a bundle; answers its manifest, completed. @throws AppError 400 */
  look(
    ctx: OutsideContext,
    given: Of<'createExtension'>['body'],
  ): Promise<ExtensionRow['manifest']>;
};

export async function listExtensions(ctx: ReadContext, { query }: Of<'listExtensions'>) {
  const rows = await selectExtensions(ctx.db, ctx.organization, pageOf(query));
  const shown = { show, key: ({ id }: ExtensionRow) => id };
  return answerPage(ctx, { path: '/v1/extensions', query }, rows, shown);
}

/** @throws AppError not_found (404) */
export async function getExtension(ctx: ReadContext, { params }: Of<'getExtension'>) {
  const { db, organization } = ctx;
  const row = found(await selectExtension(db, organization, params.extension));
  return { ...show(row), code: (await selectCode(db, organization, row.id)) ?? null };
}

/** @throws AppError 400 that names the field, extension_exists (409) */
export const createExtension =
  ({ keyring, isBuiltIn, look }: ExtensionServices) =>
  async (ctx: OutsideContext, { body }: Of<'createExtension'>) => {
    const { provider, version, type, name } = body;
    if (isBuiltIn(provider)) {
      throw new AppError('extension_exists', { message: `The provider ${provider} is built in.` });
    }
    checkType(body);
    const given = { ...body.manifest };
    checkManifest(given, type);
    const manifest = type === 'javascript' ? await look(ctx, body) : given;
    const id = newId('extension');
    const secrets = type === 'http' ? newSecrets(keyring, id) : undefined;
    const url = type === 'http' ? (body.url ?? null) : null;
    const code = type === 'javascript' ? (body.code ?? null) : null;
    const row = { id, provider, version, name, type, url, code, manifest };
    return ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      const versions = await selectVersions(tx, organization);
      if (versions.length >= versionsMax) {
        throw invalid('version', `there are ${versionsMax} extensions; delete one first.`);
      }
      const sealed_secrets = secrets?.sealed ?? null;
      const made = await insertExtension(tx, organization, { ...row, sealed_secrets }, now);
      if (!made) throw new AppError('extension_exists', { message: takenBy(row) });
      await record(within, 'extension.register', id, []);
      return { ...show(made), ...(secrets ? { secret: secrets.secret } : {}) };
    });
  };

/** @throws AppError 400, not_found (404), in_use (409) */
export async function changeExtension(ctx: WriteContext, { params, body }: Of<'putExtension'>) {
  const { tx, organization, now } = ctx;
  const before = found(await lockExtension(tx, organization, params.extension));
  if (body.url && before.type !== 'http') throw invalid('url', 'is of the type http only.');
  if (body.url) checkUrl(body.url);
  const manifest = { ...before.manifest, ...body.manifest };
  checkManifest(manifest, before.type);
  const name = body.name?.trim() || before.name;
  const after = { ...before, name, url: body.url ?? before.url, manifest };
  const known = hostsOf(before);
  if (!hostsOf(after).every((host) => known.includes(host))) {
    // The credentials of connections go only where whoever gave them sent them.
    const advice =
      'the credentials of these connections would go to another host; register another version.';
    await requireUnused(ctx, before, advice);
  }
  const changed = await updateExtension(tx, organization, after, now);
  await record(ctx, 'extension.change', before.id, []);
  return show(changed);
}

/** @throws AppError not_found (404), in_use (409) */
export const deleteExtension =
  (failConnections: (ctx: WriteContext, version: Version) => Promise<void>) =>
  async (ctx: WriteContext, { params, query }: Of<'deleteExtension'>) => {
    const { tx, organization } = ctx;
    const row = found(await lockExtension(tx, organization, params.extension));
    if (query.force) await failConnections(ctx, row);
    else {
      const advice =
        'give these connections another version or delete them, or delete it with force.';
      await requireUnused(ctx, row, advice);
    }
    await deleteRow(tx, organization, row.id);
    await record(ctx, 'extension.delete', row.id, []);
    return undefined;
  };

/** @throws AppError 400, not_found (404) */
export const rotateExtension =
  (keyring: Keyring) =>
  async (ctx: WriteContext, { params }: Of<'rotateExtension'>) => {
    const { tx, organization, now } = ctx;
    const row = found(await lockExtension(tx, organization, params.extension));
    if (row.type !== 'http') throw invalid('type', 'a bundle of JavaScript has no secret.');
    const { secret, sealed: sealed_secrets } = rotated(keyring, row, now);
    const changed = await updateExtension(tx, organization, { ...row, sealed_secrets }, now);
    await record(ctx, 'extension.rotate', row.id, []);
    return { ...show(changed), secret };
  };

function checkType({ type, url, code }: Of<'createExtension'>['body']): void {
  if (type === 'http' && !url) throw invalid('url', 'is required.', 'required');
  if (type === 'http' && code) throw invalid('code', 'is of the type javascript only.');
  if (type === 'javascript' && !code) throw invalid('code', 'is required.', 'required');
  if (type === 'javascript' && url) throw invalid('url', 'is of the type http only.');
  if (url) checkUrl(url);
}

/** @throws AppError in_use (409) */
async function requireUnused(
  { tx, organization }: WriteContext,
  row: ExtensionRow,
  advice: string,
): Promise<void> {
  const users = await selectUsers(tx, organization, row);
  if (users.length > 0) throw inUse(users, advice);
}

function takenBy({ provider, version }: Version): string {
  return `The provider ${provider} has a version ${version} already; choose another.`;
}

function show({ id, name, provider, version, type, url, manifest, ...row }: ExtensionRow) {
  return {
    ...{ id, name, provider, version, type, url, manifest },
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
