import { operations } from '../../../contract/sync/data.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Described } from './bundles.ts';
import { isHost } from './hosts.ts';
import { complaintAbout } from './schemas.ts';
import type { ExtensionRow } from './store.ts';

/** @throws AppError 400 that names the member */
export function checkManifest(
  manifest: ExtensionRow['manifest'],
  type: ExtensionRow['type'],
): void {
  for (const member of ['config_schema', 'credentials_schema'] as const) {
    const complaint = manifest[member] && complaintAbout(manifest[member]);
    if (complaint) throw invalid(`manifest.${member}`, complaint);
  }
  const { read = true, write = true } = manifest.capabilities ?? {};
  if (!read && !write) {
    throw invalid('manifest.capabilities', 'must have one of read and write at least.');
  }
  if (type !== 'javascript') return;
  const wrong = manifest.hosts?.findIndex((host) => !isHost(host)) ?? -1;
  if (wrong < 0) return;
  const message = 'must be a host: api.example.com, api.example.com:8443 or *.example.com.';
  throw invalid(`manifest.hosts.${wrong}`, message);
}

/** @throws AppError 400 */
export function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (!url || url.username || url.password) {
    throw invalid('url', 'must be a URL without a user and a password.');
  }
  if (url.hash) throw invalid('url', 'must not have a fragment.');
}

/** What a manifest does not say, its bundle does. @throws AppError 400 that names the member */
export function completed(
  manifest: ExtensionRow['manifest'],
  provider: string,
  { provider: own, configSchema, credentialsSchema, operations: able, has }: Described,
): ExtensionRow['manifest'] {
  if (own !== undefined && own !== provider) {
    throw invalid('provider', `must be ${String(own).slice(0, 100)}, as the bundle says.`);
  }
  const lacking = ['check', 'discover'].find((one) => !has.includes(one));
  if (lacking) throw invalid('code', `must export a connector with the function ${lacking}.`);
  const capabilities = manifest.capabilities ?? {
    read: has.includes('read'),
    write: has.includes('write'),
    query: has.includes('query'),
    ...(Array.isArray(able) ? { operations: operations.filter((one) => able.includes(one)) } : {}),
  };
  const after = {
    ...manifest,
    ...schemaOf('config_schema', manifest.config_schema ?? configSchema),
    ...schemaOf('credentials_schema', manifest.credentials_schema ?? credentialsSchema),
    capabilities,
    hosts: manifest.hosts ?? [],
  };
  checkManifest(after, 'javascript');
  return after;
}

function schemaOf<Member extends string>(member: Member, given: unknown) {
  if (typeof given !== 'object' || given === null) return {};
  return { [member]: given } as { [name in Member]: Record<string, unknown> };
}
