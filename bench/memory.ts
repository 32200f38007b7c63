import { readFile } from 'node:fs/promises';
import { shortId } from '../server/runtime/ids.ts';
import { type Figure, plain, type Result } from './figures.ts';
import { withInstallation } from './installation.ts';
import { loadExpecting, type Request } from './load/load.ts';
import { bookRequests, drained, makeScene, type Scene, tokenOf } from './scene.ts';

const restSeconds = 5;
const checkpoints = [20_000, 40_000, 60_000, 80_000, 100_000];
const step = 2_000;
const connections = 32;
const bookingsPerStep = step / 5;

/** Resident memory of the one Node process, by /proc/<pid>/status: at rest, and as it works. */
export async function measureMemory(): Promise<Result> {
  return withInstallation(async (at) => {
    const openings = ((checkpoints.at(-1) ?? 0) / step) * bookingsPerStep;
    const scene = await makeScene(at, { practices: 64, doctorsEach: 4, openings });
    const server = await at.serve();
    await new Promise((resolve) => setTimeout(resolve, restSeconds * 1000));
    const rest = await residentMegabytes(server.pid);
    const figures: Figure[] = [
      plain('at rest', 'MB', rest, { aim: { atMost: 150 }, note: `${restSeconds} s after start` }),
    ];

    const authorization = await tokenOf(scene, server.port);
    const after: number[] = [];
    for (let sent = 0; sent < (checkpoints.at(-1) ?? 0); sent += step) {
      const [reads, books] = requestsOf(scene, (sent / step) * bookingsPerStep);
      const given = { port: server.port, connections, authorization };
      await Promise.all([
        loadExpecting(200, { ...given, requests: reads }),
        loadExpecting(201, { ...given, requests: books }),
      ]);
      await drained(at);
      if (checkpoints.includes(sent + step)) after.push(await residentMegabytes(server.pid));
    }
    const growth = slope(checkpoints, after) * 100_000;
    const [early = 0] = after;
    const late = after.at(-1) ?? 0;
    figures.push(
      plain('after 20,000 requests', 'MB', early),
      plain('after 100,000 requests', 'MB', late),
      plain('100,000 against 20,000', '×', late / early, { aim: { atMost: 1.1 } }),
      plain('slope', 'MB per 100,000', growth, {
        note: `a line through ${after.map(Math.round).join(', ')} MB`,
      }),
    );
    return { benchmark: 'memory', about: 'resident memory of heddle serve, all roles', figures };
  });
}

/** Two lists of a practice and two single bookings for each booking that is made. */
function requestsOf(
  { places, openings: { first } }: Scene,
  booked: number,
): [Request[], Request[]] {
  const { practices } = places;
  const count = practices.last - practices.first + 1;
  const lists = Array.from({ length: bookingsPerStep * 2 }, (_, at) =>
    get(`practices/${shortId('practice', practices.first + (at % count))}/bookings`),
  );
  const gets = Array.from({ length: bookingsPerStep * 2 }, (_, at) =>
    get(`bookings/${shortId('booking', first + at)}`),
  );
  return [
    lists.flatMap((list, at) => [list, gets[at] as Request]),
    bookRequests(first + booked, bookingsPerStep),
  ];
}

function get(path: string): Request {
  return { method: 'GET', path: `/scheduling/${path}` };
}

/** Of a process, by /proc/<pid>/status. */
export async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** Of the line that lies closest to the points (least squares). */
function slope(xs: readonly number[], ys: readonly number[]): number {
  const meanX = xs.reduce((sum, x) => sum + x, 0) / xs.length;
  const meanY = ys.reduce((sum, y) => sum + y, 0) / ys.length;
  const products = xs.map((x, at) => (x - meanX) * ((ys[at] ?? meanY) - meanY));
  const squares = xs.map((x) => (x - meanX) ** 2);
  return products.reduce((sum, one) => sum + one, 0) / squares.reduce((sum, one) => sum + one, 0);
}
