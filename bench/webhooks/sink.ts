import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// A receiver that takes everything and says how much that was: GET answers the count.

let received = 0;
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(String(received));
    return;
  }
  request.resume();
  request.on('end', () => {
    received += 1;
    response.writeHead(204).end();
  });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`);
});
process.on('SIGTERM', () => process.exit(0));
