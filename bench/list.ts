import { shortId } from '../server/runtime/ids.ts';
import { against, type Figure, median, type Paired, paired, type Result } from './figures.ts';
import { withInstallation } from './installation.ts';
import { startBare } from './limits/starting.ts';
import { type Load, loadExpecting, type Request } from './load/load.ts';
import { makeScene, type Scene, tokenOf } from './scene.ts';

const rounds = 5;
const openings = 2_000;
const calls = 1_500;
const connections = 16;
const callsPerWrite = 10;
const aim = { atLeast: 0.5 };

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
    const kilobytes = Math.round(bare.bytes / 1024);
    const figures: Figure[] = [
      against('nothing written meanwhile', 'lists/s', measured, 'bare Fastify', { aim }),
      against('every tenth call after a write', 'lists/s', cold, 'bare Fastify', { note }),
    ];
    const about = `GET ${openings} openings of a practice (${kilobytes} KB), ${connections} clients`;
    return { benchmark: 'list', about, figures };
  });
}

const note =
  'one client: a write, then ten lists, of which the first is read from the database and written ' +
  'anew; only the lists are counted, but the time of the writes counts too. No aim.';

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

/** Each changes nothing that the list shows, and yet is a write. */
function holdRequests({ openings: { first } }: Scene, count: number): Request[] {
  return Array.from({ length: count }, (_, at) => ({
    method: 'PUT',
    path: `/scheduling/bookings/${shortId('booking', first + at)}`,
    body: JSON.stringify({ status: 'open' }),
  }));
}
