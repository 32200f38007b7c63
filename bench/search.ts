import { readQuery } from '../server/messaging/search/query.ts';
import { selectFound } from '../server/messaging/search/store.ts';
import { type Figure, plain, type Result } from './figures.ts';
import { type Installation, withInstallation } from './installation.ts';
import { loadExpecting, type Request } from './load/load.ts';
import { cookiesOf, makeTeam, type Team } from './messaging/scene.ts';
import { selectSizes, wordOf } from './messaging/store.ts';

const size = {
  channels: 40,
  chats: 200,
  threads: 100_000,
  comments: 100_000,
  messages: 1_000_000,
  members: 8,
};
const each = 60;
const limit = 20;
const millisecondsMax = 50;

type Kind = { name: string; query: (nth: number) => string };

/** What people look for, from what hardly anybody says to what everybody says. */
const kinds: Kind[] = [
  { name: 'a rare word', query: (nth) => wordOf(20_000 + 400 * nth) },
  { name: 'a word of some', query: (nth) => wordOf(1_000 + 50 * nth) },
  { name: 'a frequent word', query: (nth) => wordOf(50 + 10 * nth) },
  { name: 'a word of many', query: (nth) => wordOf(1 + (nth % 20)) },
  { name: 'two words', query: (nth) => `${wordOf(1 + (nth % 30))} ${wordOf(40 + 9 * nth)}` },
  { name: 'the beginning of a word', query: (nth) => wordOf(20 + 7 * nth).slice(0, 3) },
  { name: 'a phrase', query: (nth) => `"${wordOf(1 + (nth % 12))} ${wordOf(2 + (nth % 45))}"` },
  {
    name: 'a word, another left out',
    query: (nth) => `${wordOf(30 + nth)} -${wordOf(1 + (nth % 9))}`,
  },
];

/** Searches a million messages and more, through the website and by the bare statement. */
export async function measureSearch(): Promise<Result> {
  return withInstallation(async (at) => {
    const team = await makeTeam(at, size);
    const server = await at.serve({ HEDDLE_ROLES: 'web' });
    const cookies = await cookiesOf(team, server.port);
    const searching = (queries: readonly string[], connections: number) =>
      loadExpecting(200, {
        port: server.port,
        connections,
        requests: queries.map((query, nth) => requestOf(query, cookies[nth % cookies.length])),
      });

    const figures: Figure[] = [];
    const mixed = Array.from({ length: each }, (_, nth) => kinds.map(({ query }) => query(nth)));
    await searching(mixed.flat(), 2);
    for (const { name, query } of kinds) {
      const queries = Array.from({ length: each }, (_, nth) => query(nth));
      const bare = await timeBare(at, team, queries);
      const { milliseconds } = await searching(queries, 1);
      figures.push(beside(`${name}, p50`, milliseconds.median, quantile(bare, 0.5)));
      figures.push(beside(`${name}, p95`, milliseconds.p95, quantile(bare, 0.95)));
    }
    const bare = await timeBare(at, team, mixed.flat());
    const { milliseconds } = await searching(mixed.flat(), 1);
    const all = beside('all of these, p95', milliseconds.p95, quantile(bare, 0.95));
    const aim = { atMost: millisecondsMax };
    figures.push(beside('all of these, p50', milliseconds.median, quantile(bare, 0.5)));
    figures.push({ ...all, aim, met: milliseconds.p95 <= millisecondsMax });
    return { benchmark: 'search', about, figures: [...figures, ...(await sizesOf(at))] };
  });
}

const about =
  `one client, ${size.messages.toLocaleString('en')} messages, ` +
  `${size.threads.toLocaleString('en')} threads and as many comments; the limit is the same ` +
  'statement through the driver; aim: 50 ms';

function requestOf(query: string, cookie: string | undefined): Request {
  const path = `/api/messaging/search?${new URLSearchParams({ q: query, limit: String(limit) })}`;
  return { method: 'GET', path, cookie: cookie ?? '' };
}

function beside(name: string, value: number, bare: number): Figure {
  return { name, value, unit: 'ms', limit: { name: 'bare SQL', value: bare }, ratio: value / bare };
}

/** Milliseconds of each query, in one process and without HTTP. */
async function timeBare({ platform }: Installation, team: Team, queries: readonly string[]) {
  const db = platform.database.of(team.organization).reading;
  const times: number[] = [];
  for (const query of queries) {
    const began = performance.now();
    await selectFound(db, team.organization, team.userId, {
      parts: readQuery(query),
      channelId: null,
      chatId: null,
      authorId: null,
      now: new Date(),
      skip: 0,
      limit: limit + 1,
    });
    times.push(performance.now() - began);
  }
  return times;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length * part)] ?? Number.NaN;
}

async function sizesOf({ platform }: Installation): Promise<Figure[]> {
  const sizes = await selectSizes(platform.database.system.reading, 'messaging.message');
  return sizes.map(({ name, bytes }) => plain(`size of ${name}`, 'MB', bytes / 2 ** 20));
}
