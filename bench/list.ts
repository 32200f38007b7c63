import { shortId } from '../server/runtime/ids.ts';
import { selectBookings } from '../server/scheduling/bookings/listing/store.ts';
import { against, type Figure, median, type Paired, paired, type Result } from './figures.ts';
import { type Installation, withInstallation } from './installation.ts';
import { startBare } from './limits/starting.ts';
import { type Load, loadExpecting, type Request } from './load/load.ts';
import { makeScene, type Scene, tokenOf } from './scene.ts';

const rounds = 5;
const openings = 2_000;
const calls = 1_500;
const connections = 16;
const callsPerWrite = 10;
const aim = { atLeast: 0.5 };
const firstLists = 40;
const firstAim = { atMost: 1.1 };

/** Lists the openings of a practice, against Fastify answering the same bytes and no more. */
export async function measureListing(): Promise<Result> {
  return withInstallation(async (at) => {
    const scene = await makeScene(at, { practices: 1, doctorsEach: 8, openings });
    const server = await at.serve({ HEDDLE_ROLES: 'web' });
    const authorization = await tokenOf(scene, server.port);
    const path = `/scheduling/practices/${scene.practiceId}/bookings`;
    const bare = await startBare(at, server.port, { path, headers: { authorization } });

    const list = listing({ port: server.port, connections, authorization, requests: [] }, path);
    const limit = listing({ port: bare.port, connections, requests: [] }, path);
    const written = listing(
      { port: server.port, connections: 1, authorization, requests: [] },
      path,
      holdRequests(scene, calls / 10 / callsPerWrite),
    );
    await list(calls);
    await limit(calls);
    const measured = await paired(
      rounds,
      () => list(calls),
      () => limit(calls),
    );
    const cold = await measureCold(written, measured);
    await bare.stop();
    const first = await measureFirst(at, scene, { port: server.port, authorization, path });
    const kilobytes = Math.round(bare.bytes / 1024);
    const figures: Figure[] = [
      against('nothing written meanwhile', 'lists/s', measured, 'bare Fastify', { aim }),
      against('every tenth call after a write', 'lists/s', cold, 'bare Fastify', { note }),
      against('the first list after a write', 'ms', first, 'one statement', {
        aim: firstAim,
        note: firstNote,
      }),
    ];
    const about = `GET ${openings} openings of a practice (${kilobytes} KB), ${connections} clients`;
    return { benchmark: 'list', about, figures };
  });
}

const note =
  'one client: a write, then ten lists, of which the first is read from the database and written ' +
  'anew; only the lists are counted, but the time of the writes counts too. No aim.';

const firstNote =
  'one client; the limit reads the same rows through the same wall and driver, in a transaction of ' +
  'its own and a process without HTTP. Medians.';

type Listing = (calls: number) => Promise<number>;

/** Lists a second; with writes, each comes before ten lists. */
function listing(load: Load, path: string, writes: readonly Request[] = []): Listing {
  const get: Request = { method: 'GET', path };
  return async (calls) => {
    const requests =
      writes.length === 0
        ? [get]
        : writes.flatMap((write) => [write, ...Array<Request>(callsPerWrite).fill(get)]);
    const times = writes.length === 0 ? calls : 1;
    const { seconds, requests: sent } = await loadExpecting(200, { ...load, requests, times });
    return (sent - writes.length) / seconds;
  };
}

async function measureCold(list: Listing, { limitValue }: Paired): Promise<Paired> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round += 1) values.push(await list(0));
  const value = median(values);
  return { value, limitValue, ratio: value / limitValue };
}

type Server = { port: number; authorization: string; path: string };

/** Milliseconds of a list after a write, and of the statement that it sends. */
async function measureFirst(at: Installation, scene: Scene, server: Server): Promise<Paired> {
  const first = () => timeFirst(scene, server);
  const statement = () => timeStatements(at, scene);
  await first();
  await statement();
  return paired(rounds, first, statement);
}

async function timeFirst(scene: Scene, { path, ...server }: Server): Promise<number> {
  const get: Request = { method: 'GET', path };
  const requests = holdRequests(scene, firstLists).flatMap((write) => [write, get]);
  const load = { ...server, connections: 1, requests, timed: 'GET' } as const;
  return (await loadExpecting(200, load)).milliseconds.median;
}

async function timeStatements(at: Installation, scene: Scene): Promise<number> {
  const times: number[] = [];
  for (let nth = 0; nth < firstLists; nth += 1) times.push(await timeStatement(at, scene));
  return median(times);
}

async function timeStatement({ platform }: Installation, scene: Scene): Promise<number> {
  const db = platform.database.of(scene.organization).reading;
  const now = new Date();
  const practiceId = scene.places.practices.first;
  const list = { practiceId, locationId: null, statuses: ['open'], now };
  const after = { startsAt: now, id: Number.MAX_SAFE_INTEGER };
  const began = performance.now();
  const rows = await selectBookings(db, scene.organization, list, after, openings * 2);
  const milliseconds = performance.now() - began;
  if (rows.length !== openings) throw new Error(`the statement found ${rows.length} rows`);
  return milliseconds;
}

/** Each changes nothing that the list shows, and yet is a write. */
function holdRequests({ openings: { first } }: Scene, count: number): Request[] {
  return Array.from({ length: count }, (_, at) => ({
    method: 'PUT',
    path: `/scheduling/bookings/${shortId('booking', first + at)}`,
    body: JSON.stringify({ status: 'open' }),
  }));
}
