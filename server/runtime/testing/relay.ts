import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** A loopback port that leads to another address, and can be cut or frozen. */
export type Relay = {
  port: number;
  /** How many connections were refused while it was cut. */
  refused(): number;
  /** How many times it was asked after it had answered. */
  trips(): number;
  cut(): void;
  /** Those who are connected stay so, and never hear another byte; who comes anew gets through. */
  freeze(): void;
  /** Takes up whoever comes, and passes nothing on, until it is mended. */
  swallow(): void;
  mend(): void;
  close(): Promise<void>;
};

/** Relays to a Unix socket: what goes through it can be cut without hurting anybody else. */
export async function relayTo(path: string): Promise<Relay> {
  const lines = new Lines();
  let isCut = false;
  let swallows = false;
  let refused = 0;
  const server = createServer((socket) => {
    if (isCut) {
      refused += 1;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    lines.join(socket, createConnection(path));
    if (swallows) lines.freeze();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => refused,
    trips: () => lines.trips,
    cut: () => {
      isCut = true;
      lines.destroy();
    },
    freeze: () => lines.freeze(),
    swallow: () => {
      swallows = true;
      lines.freeze();
    },
    mend: () => {
      isCut = false;
      swallows = false;
    },
    close: async () => {
      server.close();
      lines.destroy();
      await once(server, 'close');
    },
  };
}

/** What is connected through a relay. */
class Lines {
  trips = 0;
  readonly #sockets = new Set<Socket>();

  join(socket: Socket, target: Socket): void {
    this.#keep(socket, target);
    this.#keep(target, socket);
    let isAsked = false;
    socket.on('data', () => {
      if (!isAsked) this.trips += 1;
      isAsked = true;
    });
    target.on('data', () => {
      isAsked = false;
    });
    socket.pipe(target).pipe(socket);
  }

  freeze(): void {
    for (const socket of this.#sockets) socket.unpipe().removeAllListeners('data').resume();
  }

  destroy(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket, other: Socket): void {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      other.destroy();
    });
  }
}
