import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Client, ConnectConfig } from 'ssh2';
import { Type } from 'typebox';
import { ConnectorError } from './failure.ts';
import type { Outside } from './outside-contract.ts';

const connectMilliseconds = 15_000;
const aliveMilliseconds = 15_000;

/** The member `ssh` of the credentials of a database. */
export const ssh = Type.Object(
  {
    host: Type.String(),
    port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
    user: Type.String(),
    private_key_id: Type.Optional(Type.String()),
    private_key: Type.Optional(Type.String()),
    host_key: Type.Optional(
      Type.String({
        pattern: '^SHA256:[A-Za-z0-9+/]{43}=?$',
        description:
          'The fingerprint of the server, as ssh-keygen -lf says it: SHA256:… Without it nothing is ' +
          'sent; the check answers the one that was seen.',
      }),
    ),
  },
  { additionalProperties: false },
);

export type SshPlace = {
  readonly host: string;
  readonly port?: number;
  readonly user: string;
  readonly private_key?: string;
  readonly host_key?: string;
};

/** What it leads to, as the server sees it: a private address there is nobody's here. */
export type Target = { readonly host: string; readonly port: number };

/** A port on this machine's loopback: what is sent to it comes out at the target. */
export class Tunnel {
  readonly #client: Client;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #failure: Error | undefined;

  private constructor(client: Client, target: Target) {
    this.#client = client;
    this.#server = createServer((socket) => this.#lead(socket, target));
    client.on('error', (error) => this.#end(error));
    client.on('close', () => this.#end());
  }

  /** @throws ConnectorError */
  static async open(place: SshPlace, target: Target, outside: Outside): Promise<Tunnel> {
    let last: unknown;
    for (const address of await outside.resolve(place.host)) {
      try {
        const client = await connect(place, address, outside.signal);
        const tunnel = new Tunnel(client, target);
        tunnel.#server.listen(0, '127.0.0.1');
        await once(tunnel.#server, 'listening');
        return tunnel;
      } catch (error) {
        last = error;
        if (error instanceof ConnectorError && error.kind === 'configuration') throw error;
      }
    }
    throw last;
  }

  get host(): string {
    return '127.0.0.1';
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Why what came through ended, when that was the tunnel's fault. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  async close(): Promise<void> {
    this.#end();
    this.#client.end();
  }

  #lead(socket: Socket, { host, port }: Target): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => undefined);
    this.#client.forwardOut('127.0.0.1', socket.remotePort ?? 0, host, port, (error, stream) => {
      if (error) {
        this.#failure = understand(error);
        socket.destroy();
        return;
      }
      stream.on('error', () => socket.destroy());
      stream.on('close', () => socket.destroy());
      socket.on('close', () => stream.destroy());
      socket.pipe(stream).pipe(socket);
    });
  }

  #end(error?: Error): void {
    if (error) this.#failure ??= understand(error);
    if (this.#server.listening) this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

async function connect(place: SshPlace, address: string, signal: AbortSignal): Promise<Client> {
  signal.throwIfAborted();
  const { default: library } = await import('ssh2');
  const client = new library.Client();
  const ready = once(client, 'ready', { signal });
  const stop = () => client.destroy();
  let stranger: string | undefined;
  const config: ConnectConfig = {
    host: address,
    port: place.port ?? 22,
    username: place.user,
    privateKey: privateKeyOf(place, library.utils),
    readyTimeout: connectMilliseconds,
    keepaliveInterval: aliveMilliseconds,
    keepaliveCountMax: 3,
    hostVerifier: (key: Buffer) => {
      const seen = fingerprintOf(key);
      if (withoutPadding(place.host_key ?? '') !== seen) stranger = seen;
      return stranger === undefined;
    },
  };
  try {
    client.connect(config);
    await ready;
    return client;
  } catch (error) {
    client.on('error', () => undefined);
    stop();
    signal.throwIfAborted();
    if (stranger !== undefined) {
      const message =
        place.host_key === undefined
          ? `The SSH server shows the key ${stranger}; if that is its own, give it as credentials.ssh.host_key.`
          : 'The SSH server has another key than host_key says: it may be somebody else.';
      throw new ConnectorError('configuration', message);
    }
    throw understand(error as Error);
  }
}

function privateKeyOf({ private_key }: SshPlace, { parseKey }: typeof import('ssh2').utils) {
  const key = private_key === undefined ? undefined : parseKey(private_key);
  const first = Array.isArray(key) ? key[0] : key;
  if (private_key !== undefined && first && !(first instanceof Error) && first.isPrivateKey()) {
    return private_key;
  }
  throw new ConnectorError(
    'configuration',
    'credentials.ssh needs a private key that is not encrypted, in PEM or as OpenSSH writes it.',
  );
}

function fingerprintOf(key: Buffer): string {
  return withoutPadding(`SHA256:${createHash('sha256').update(key).digest('base64')}`);
}

function withoutPadding(fingerprint: string): string {
  return fingerprint.replace(/=$/, '');
}

function understand(error: Error): ConnectorError {
  const { level, message } = error as Error & { level?: string };
  const more = { upstream: message, cause: error };
  if (level === 'client-authentication') {
    const refused = 'The SSH server does not accept the user with this private key.';
    return new ConnectorError('configuration', refused, more);
  }
  // https://www.rfc-editor.org/rfc/rfc4254#section-5.1
  const { reason } = error as Error & { reason?: number };
  if (reason === 1) {
    const refused = 'The SSH server does not allow a connection to the database.';
    return new ConnectorError('configuration', refused, more);
  }
  if (reason === 2) {
    return new ConnectorError('retry', 'The SSH server cannot reach the database.', more);
  }
  return new ConnectorError('retry', `The SSH tunnel cannot be used just now: ${message}`, more);
}
