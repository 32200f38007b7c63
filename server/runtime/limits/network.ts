import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

const networkBits = 64;

/**
 * The key under which an address is counted. A client with IPv6 has 2^64 addresses, so those count
 * as one (RFC 6177); an IPv4 address counts as itself, however it is written.
 */
export function networkOf(address: string): string {
  if (isIP(address) === 0) return address;
  const [plain = ''] = address.split('%');
  const parsed = ipaddr.process(plain);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  const bits = `/${networkBits}`;
  return ipaddr.IPv6.networkAddressFromCIDR(plain + bits).toString() + bits;
}
