import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type GuardTerms = {
  /** Hosts, addresses and ranges in CIDR that may be private; `1`: all. */
  readonly allowPrivateHosts: readonly string[];
  /** The addresses of a name; the resolver of the system when it is not given. */
  readonly addressesOf?: ((host: string) => Promise<readonly string[]>) | undefined;
};

/** Why no connection is made; `unknown`: the name has no address, perhaps only now. */
export class GuardError extends Error {
  readonly kind: 'private' | 'unknown';

  constructor(kind: 'private' | 'unknown', message: string, cause?: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

type Callback = (error: Error | null, found: string | LookupAddress[], family?: number) => void;

/**
 * Says at the moment of connecting to which addresses of a host that may be: what the name resolves to
 * then is what is connected to.
 */
export class Guard {
  readonly #terms: GuardTerms;

  constructor(terms: GuardTerms) {
    this.#terms = terms;
  }

  /** The addresses of a host that may be reached. @throws GuardError when there are none */
  async resolve(host: string): Promise<readonly string[]> {
    const plain = host.replace(/^\[(.*)\]$/, '$1');
    const found = isIP(plain) ? [plain] : await (this.#terms.addressesOf ?? lookUp)(plain);
    const allowed = found.filter((address) => this.#isAllowed(plain, address));
    if (allowed.length > 0) return allowed;
    throw new GuardError(
      'private',
      `The host ${host} is at a private address; the operator can allow it with HEDDLE_ALLOW_PRIVATE_HOSTS=${host}.`,
    );
  }

  /** Nobody looks up what is an address already, so that it is checked here. @throws GuardError */
  async check({ hostname }: URL): Promise<void> {
    if (isIP(hostname.replace(/^\[(.*)\]$/, '$1'))) await this.resolve(hostname);
  }

  /** For those who connect, in place of `dns.lookup`. */
  readonly lookup = (
    host: string,
    options: { all?: boolean | undefined },
    callback: Callback,
  ): void => {
    this.resolve(host).then(
      (addresses) => {
        const found = addresses.map((address) => ({ address, family: isIP(address) }));
        const [first] = found;
        if (options.all) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error) => callback(error, ''),
    );
  };

  #isAllowed(host: string, address: string): boolean {
    const parsed = ipaddr.process(address.split('%')[0] as string);
    if (isPublic(parsed)) return true;
    return this.#terms.allowPrivateHosts.some((one) => {
      if (one === '1' || nameOf(one) === nameOf(host)) return true;
      return isWithin(parsed, one);
    });
  }
}

async function lookUp(host: string): Promise<string[]> {
  try {
    const found = await lookup(host, { all: true, verbatim: true });
    return found.map(({ address }) => address);
  } catch (cause) {
    throw new GuardError('unknown', `The host ${host} cannot be found.`, cause);
  }
}

type Address = ReturnType<typeof ipaddr.process>;

/** Where IPv6 is public (RFC 4291); outside of it are spellings of IPv4, like `::10.0.0.1`. */
const global = ipaddr.parseCIDR('2000::/3');

function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(global as never);
}

/** A name in one spelling: the dot at its end is left out. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

function isWithin(address: Address, range: string): boolean {
  const text = range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`;
  if (!ipaddr.isValidCIDR(text)) return false;
  const [network, bits] = ipaddr.parseCIDR(text);
  return network.kind() === address.kind() && address.match([network, bits] as never);
}

/** What the guard said, which a client may have wrapped. */
export function refusalIn(error: unknown): GuardError | undefined {
  if (error instanceof GuardError) return error;
  const { cause, errors = [] } = (error ?? {}) as { cause?: unknown; errors?: unknown[] };
  const wrapped = [...errors, ...(cause === undefined ? [] : [cause])];
  return wrapped.map(refusalIn).find((one) => one !== undefined);
}
