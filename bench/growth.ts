import { shortId } from '../server/runtime/ids.ts';
import { type Figure, median, plain, type Result } from './figures.ts';
import { type Installation, withInstallation } from './installation.ts';
import { loadExpecting, type Request } from './load/load.ts';
import { bookRequests, makeScene, type Scene, tokenOf } from './scene.ts';

const rounds = 3;
const books = 2_000;
const lists = 2_000;
const clients = 32;
const clientCounts = [1, 4, 16, 64];
const openingsEach = 40;

type Size = { name: string; practices: number; openings: number };

/** How the figures change when there is more of everything. */
export async function measureGrowth({ full }: { full: boolean }): Promise<Result> {
  const byPractices = [10, 100, 1_000].map((practices) => ({
    name: `${practices.toLocaleString('en')} practices`,
    practices,
    openings: Math.max(practices * openingsEach, (rounds + 1) * books),
  }));
  const byRows = [10_000, 100_000, ...(full ? [1_000_000] : [])].map((openings) => ({
    name: `${openings.toLocaleString('en')} bookings`,
    practices: 100,
    openings,
  }));
  const figures: Figure[] = [];
  for (const series of [byPractices, byRows]) {
    let first: Speeds | undefined;
    for (const size of series) {
      const speeds = await measureSize(size);
      first ??= speeds;
      figures.push(...figuresOf(size.name, speeds, first));
    }
  }
  figures.push(...(await measureClients()));
  return { benchmark: 'growth', about, figures };
}

const about = `${clients} clients unless said; the ratio is to the first of its kind`;

type Speeds = { list: number; book: number };

function figuresOf(name: string, { list, book }: Speeds, first: Speeds): Figure[] {
  return [
    { ...plain(`list, ${name}`, 'lists/s', list), ratio: list / first.list },
    { ...plain(`book, ${name}`, 'books/s', book), ratio: book / first.book },
  ];
}

async function measureSize({ practices, openings }: Size): Promise<Speeds> {
  return withInstallation(async (at) => {
    const { list, book } = await serveScene(at, practices, openings);
    await list(clients);
    await book(clients);
    const speeds = { list: [] as number[], book: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      speeds.list.push(await list(clients));
      speeds.book.push(await book(clients));
    }
    return { list: median(speeds.list), book: median(speeds.book) };
  });
}

async function measureClients(): Promise<Figure[]> {
  return withInstallation(async (at) => {
    const needed = (1 + clientCounts.length) * books;
    const { list, book } = await serveScene(at, 100, needed);
    await list(clients);
    await book(clients);
    const figures: Figure[] = [];
    let first: Speeds | undefined;
    for (const count of clientCounts) {
      const speeds = { list: await list(count), book: await book(count) };
      first ??= speeds;
      figures.push(...figuresOf(`${count} ${count === 1 ? 'client' : 'clients'}`, speeds, first));
    }
    return figures;
  });
}

async function serveScene(at: Installation, practices: number, openings: number) {
  const scene = await makeScene(at, { practices, doctorsEach: 2, openings });
  const server = await at.serve({ HEDDLE_ROLES: 'web' });
  const given = { port: server.port, authorization: await tokenOf(scene, server.port) };
  const requests = listRequests(scene);
  const times = Math.max(1, Math.round(lists / requests.length));
  let next = scene.openings.first;
  const list = async (connections: number) =>
    (await loadExpecting(200, { ...given, connections, requests, times })).perSecond;
  const book = async (connections: number) => {
    const bookings = bookRequests(next, books);
    next += books;
    return (await loadExpecting(201, { ...given, connections, requests: bookings })).perSecond;
  };
  return { list, book };
}

/** Every practice in turn. */
function listRequests({ places: { practices } }: Scene): Request[] {
  return Array.from({ length: practices.last - practices.first + 1 }, (_, at) => ({
    method: 'GET',
    path: `/scheduling/practices/${shortId('practice', practices.first + at)}/bookings`,
  }));
}
