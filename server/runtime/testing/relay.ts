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
  const sockets = new Set<Socket>();
  let isCut = false;
  let swallows = false;
  let refused = 0;
  let trips = 0;
  const freeze = () => {
    for (const socket of sockets) socket.unpipe().removeAllListeners('data').resume();
  };
  const keep = (socket: Socket, other: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      other.destroy();
    });
  };
  const server = createServer((socket) => {
    if (isCut) {
      refused += 1;
      socket.on('error', () => undefined);
      socket.resetAndDestroy();
      return;
    }
    const target = createConnection(path);
    keep(socket, target);
    keep(target, socket);
    let isAsked = false;
    socket.on('data', () => {
      if (!isAsked) trips += 1;
      isAsked = true;
    });
    target.on('data', () => {
      isAsked = false;
    });
    socket.pipe(target).pipe(socket);
    if (swallows) freeze();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    refused: () => refused,
    trips: () => trips,
    cut: () => {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
    freeze,
    swallow: () => {
      swallows = true;
      freeze();
    },
    mend: () => {
      isCut = false;
      swallows = false;
    },
    close: async () => {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
