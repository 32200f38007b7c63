import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createConnection, createServer as listen } from 'node:net';
import { makeDatabase } from '../../server/sync/connectors/testing/databases.ts';
import { startHubspot } from '../../server/testing/simulators/hubspot/simulator.ts';
import { startSlack } from '../../server/testing/simulators/slack/simulator.ts';
import { unlimited } from '../../server/testing/simulators/slack/throttle.ts';

const limits = { interval: 1e9, searchesPerSecond: 1e9, daily: 1e9 };

/** `asked` and `answered`, whenever bytes come or go, with the name of the system. */
export type Watched = EventEmitter<{ asked: [string]; answered: [string] }>;

export type Systems = Awaited<ReturnType<typeof openSystems>>;

/** What a workflow writes to, each behind a relay that tells when it is asked and when it answers. */
export async function openSystems() {
  const watched: Watched = new EventEmitter();
  const hubspot = await startHubspot({ records: 0, limits });
  const slack = await startSlack({ limits: unlimited, records: 1 });
  const database = await makeDatabase();
  await database.admin.query('create table written (id bigserial primary key, n int not null)');
  const partner = await openPartner();
  const relays = {
    hubspot: await relay('hubspot', Number(new URL(hubspot.url).port), watched),
    slack: await relay('slack', Number(new URL(slack.url).port), watched),
    database: await relay('database', database.credentials.port, watched),
    partner: await relay('partner', partner.port, watched),
  };
  const end = async () => {
    for (const one of Object.values(relays)) one.close();
    await Promise.all([hubspot.end(), slack.end(), database.end()]);
    partner.close();
  };
  const urlOf = (name: keyof typeof relays) => `http://127.0.0.1:${relays[name].port}`;
  return { watched, hubspot, slack, database, partner, relays, urlOf, end };
}

/** A system that does once what comes under one key. */
async function openPartner() {
  const done = new Map<string, string>();
  const counted = { asked: 0 };
  const server = createServer(async (request, response) => {
    for await (const _ of request);
    const key = String(request.headers['idempotency-key']);
    counted.asked += 1;
    if (!done.has(key)) done.set(key, request.url ?? '');
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port: (server.address() as AddressInfo).port, done, counted, close };
}

async function relay(name: string, port: number, watched: Watched) {
  const server = listen((socket) => {
    const target = createConnection(port, '127.0.0.1');
    const end = () => {
      socket.destroy();
      target.destroy();
    };
    for (const one of [socket, target]) one.on('error', end).on('close', end);
    socket.on('data', () => watched.emit('asked', name));
    target.on('data', () => watched.emit('answered', name));
    socket.pipe(target).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}
