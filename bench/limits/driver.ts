import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import pg from 'pg';

// The least that Fastify and the driver can do: the statements of a request in their round trips, and
// the bytes of a file as the answer.

type Query = { name?: string; text: string; values: unknown[] };

const [file = '', written = ''] = process.argv.slice(2);
const body = await readFile(file);
const { trips, connection } = JSON.parse(await readFile(written, 'utf8')) as {
  trips: Query[][];
  connection: pg.PoolConfig;
};
const pool = new pg.Pool({ ...connection, max: 24, pipeline: true } as pg.PoolConfig);
const app = Fastify({ logger: false });
app.get('/*', async (_, reply) => {
  const client = await pool.connect();
  for (const trip of trips) await Promise.all(trip.map((query) => client.query(query)));
  client.release();
  return reply.type('application/json; charset=utf-8').send(body);
});
await app.listen({ port: 0, host: '127.0.0.1' });
const { port } = app.server.address() as AddressInfo;
process.stdout.write(`${JSON.stringify({ port, pid: process.pid })}\n`);
process.on('SIGTERM', () => process.exit(0));
