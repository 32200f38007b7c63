import { invalid } from '../../runtime/errors.ts';
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
  throw invalid(`manifest.hosts[${wrong}]`, message);
}

/** @throws AppError 400 */
export function checkUrl(text: string): void {
  const url = URL.parse(text);
  if (!url || url.username || url.password) {
    throw invalid('url', 'must be a URL without a user and a password.');
  }
  if (url.hash) throw invalid('url', 'must not have a fragment.');
}
