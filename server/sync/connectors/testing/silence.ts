import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** A way to a server of this machine on which whoever says a word is never heard of again. */
export async function silenceTo(port: number, word: string) {
  const sockets = new Set<Socket>();
  const silenced = Promise.withResolvers<void>();
  let isListening = false;
  const server = createServer((socket) => {
    const there = createConnection({ host: '127.0.0.1', port });
    let isSilent = false;
    const pairs = [
      { one: socket, other: there },
      { one: there, other: socket },
    ];
    for (const { one, other } of pairs) {
      sockets.add(one);
      one.on('error', () => undefined);
      one.on('close', () => other.destroy());
    }
    there.on('data', (chunk) => isSilent || socket.write(chunk));
    socket.on('data', (chunk) => {
      isSilent ||= isListening && chunk.includes(word);
      if (isSilent) silenced.resolve();
      else there.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    /** From now on the word counts. */
    listen: () => {
      isListening = true;
    },
    silenced: silenced.promise,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
