import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** How the messages of a client are told apart. */
export type Protocol = {
  /** Bytes of a message, by its first bytes; undefined: there are not enough of them. */
  size(bytes: Buffer, isFirst: boolean): number | undefined;
  isStatement(message: Buffer): boolean;
};

/** A simple query, or one that is parsed first. */
export const postgresProtocol: Protocol = {
  size: (bytes, isFirst) => {
    if (bytes.length < 5) return undefined;
    return isFirst ? bytes.readUInt32BE(0) : 1 + bytes.readUInt32BE(1);
  },
  isStatement: (message) => message[0] === 0x51 || message[0] === 0x50,
};

/** What begins with a zero for its number is a command: a query, or a statement to prepare. */
export const mysqlProtocol: Protocol = {
  size: (bytes) => (bytes.length < 5 ? undefined : 4 + bytes.readUIntLE(0, 3)),
  isStatement: (message) => message[3] === 0 && (message[4] === 3 || message[4] === 0x16),
};

/** A way to a database on loopback that counts what it is asked. */
export async function countedTo(port: number, protocol: Protocol) {
  const counted = { connections: 0, statements: 0 };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    counted.connections += 1;
    const behind = connect({ host: '127.0.0.1', port });
    for (const socket of [client, behind]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        behind.destroy();
      });
    }
    let rest = Buffer.alloc(0);
    let isFirst = true;
    client.on('data', (data) => {
      rest = Buffer.concat([rest, data as Buffer]);
      for (;;) {
        const size = protocol.size(rest, isFirst);
        if (size === undefined || rest.length < size) break;
        if (!isFirst && protocol.isStatement(rest)) counted.statements += 1;
        isFirst = false;
        rest = rest.subarray(size);
      }
    });
    client.pipe(behind).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    counted,
    end: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
