import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';

// The least that Fastify can do: one route, which answers the bytes of a file, with their type.

const body = await readFile(process.argv[2] as string);
const app = Fastify({ logger: false });
app.get('/*', (_, reply) => {
  reply.type('application/json; charset=utf-8').send(body);
});
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`);
process.on('SIGTERM', () => process.exit(0));
