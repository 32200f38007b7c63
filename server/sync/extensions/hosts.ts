import type { ExtensionRow } from './store.ts';

type Reaching = Pick<ExtensionRow, 'type' | 'url' | 'manifest'>;

const named =
  /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]*[a-z0-9])?(:\d{1,5})?$/i;
const addressed = /^\[[0-9a-f:.]+\](:\d{1,5})?$/i;

/** Where what an extension is given may go: the host of its server, or those of its manifest. */
export function hostsOf({ type, url, manifest }: Reaching): string[] {
  if (type === 'http') return [new URL(url ?? '').origin];
  return (manifest.hosts ?? []).map((one) => one.toLowerCase());
}

export function isHost(text: string): boolean {
  return named.test(text) || addressed.test(text);
}

/** Whether a bundle may go there: over https, or over http to a port that is named. */
export function isAllowed(hosts: readonly string[], { protocol, hostname, port }: URL): boolean {
  if (protocol !== 'https:' && protocol !== 'http:') return false;
  const isPlain = protocol === 'http:';
  const effective = port || (isPlain ? '80' : '443');
  return hosts.some((host) => {
    const [, name = '', given] = /^(.*?)(?::(\d+))?$/.exec(host.toLowerCase()) ?? [];
    if (given === undefined ? isPlain || effective !== '443' : given !== effective) return false;
    return name.startsWith('*.') ? hostname.endsWith(name.slice(1)) : hostname === name;
  });
}
