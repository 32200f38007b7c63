import { createKey } from '../server/messaging/operator/index.ts';
import { shortId } from '../server/runtime/ids.ts';
import { captureRequest } from './book/capture.ts';
import { pgbench, type Script, type Varying, writeScript } from './book/pgbench.ts';
import { against, type Figure, paired, type Result } from './figures.ts';
import { type Installation, withInstallation } from './installation.ts';
import { loadExpecting, type Request } from './load/load.ts';
import { makeTeam } from './messaging/scene.ts';
import { settleDatabase } from './scene.ts';

const rounds = 5;
const concurrencies = [
  { clients: 1, posts: 400 },
  { clients: 8, posts: 1_600 },
  { clients: 32, posts: 2_048 },
  { clients: 64, posts: 2_048 },
];
const channels = 20;
const warmUp = 2_000;
const aim = { atLeast: 0.5 };
const text = 'The release is out, everything is in one place, and nothing is to do';

type Poster = { authorization: string; channels: readonly number[] };

/** Posts threads through the server, and with pgbench by the statements that the server sends. */
export async function measureThreads(): Promise<Result> {
  return withInstallation(async (at) => {
    const poster = await makePoster(at);
    const script = await capturePost(at, poster);
    await settleDatabase(at.address);
    const server = await at.serve({ HEDDLE_ROLES: 'web' });
    const post = async (connections: number, posts: number) => {
      const requests = postRequests(poster, posts);
      const { authorization } = poster;
      const given = { port: server.port, connections, authorization, requests };
      return (await loadExpecting(200, given)).perSecond;
    };
    await post(32, warmUp);

    let first = 1;
    const figures: Figure[] = [];
    for (const { clients, posts } of concurrencies) {
      const each = Math.floor(posts / clients);
      const limit = () => {
        first += posts;
        return pgbench(script, at, { clients, each, first });
      };
      const measured = await paired(rounds, () => post(clients, posts), limit);
      const name = clients === 1 ? '1 client' : `${clients} clients`;
      figures.push(against(name, 'threads/s', measured, 'pgbench', { aim }));
    }
    return { benchmark: 'thread', about, figures };
  });
}

const about =
  `POST /api/public/postThread to ${channels} channels in turn, against pgbench running the same ` +
  'statements in the same round trips';

/** A bot, and public channels that it posts to. */
async function makePoster(at: Installation): Promise<Poster> {
  const none = { chats: 0, threads: 0, comments: 0, messages: 0, members: 1 };
  const team = await makeTeam(at, { ...none, channels: channels * 2 });
  const organization = shortId('organization', team.organization);
  const key = { name: 'Bench', kind: 'threads', plan: 'unlimited' } as const;
  const made = await createKey(at.platform, organization, key);
  const open = team.channels.filter((id) => id % 4 !== 0).toSorted((one, other) => one - other);
  return { authorization: `Bearer ${made.key}`, channels: open.slice(0, channels) };
}

function postRequests({ channels: ids }: Poster, count: number): Request[] {
  return Array.from({ length: count }, (_, at) => ({
    method: 'POST',
    path: '/api/public/postThread',
    body: JSON.stringify({ channelID: String(ids[at % ids.length]), blocks: [text] }),
  }));
}

/** One real post, in this process; what it sent to PostgreSQL is what pgbench will send. */
async function capturePost(at: Installation, poster: Poster): Promise<Script> {
  const { sent, answer } = await captureRequest(at, 200, () => ({
    ...(postRequests(poster, 1)[0] as Request),
    authorization: poster.authorization,
  }));
  const { result } = answer as { result: { threadID: string } };
  return writeScript(sent, varyingOf(poster, Number(result.threadID)), at.dataDirectory);
}

/** Each thread has a number of its own and goes to the next channel. */
function varyingOf({ channels: ids }: Poster, id: number): Varying {
  const [first = 0] = ids;
  // Three of four numbers are public channels, from the first on.
  const channel = { captured: first, sql: ':channel' };
  return {
    variables: {
      number: '95000000000 + :id',
      nth: `:id % ${ids.length}`,
      channel: `${first} + :nth / 3 * 4 + :nth % 3`,
    },
    parameters: [
      { captured: id, sql: ':number' },
      { captured: String(id), sql: ':number' },
      channel,
      { captured: [text], sql: `array['${text}']` },
      { captured: [], sql: "'{}'" },
    ],
  };
}
