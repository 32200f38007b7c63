import { captureRequest } from './book/capture.ts';
import { against, type Figure, paired, type Result } from './figures.ts';
import { type Installation, withInstallation } from './installation.ts';
import { startBare, startDriver } from './limits/starting.ts';
import { loadExpecting } from './load/load.ts';
import { cookiesOf, makeTeam } from './messaging/scene.ts';

const rounds = 3;
const calls = 300;
const connections = 16;
const size = {
  channels: 1,
  chats: 1,
  threads: 10_000,
  comments: 0,
  messages: 100_000,
  members: 12,
};

/** Opens a long channel and a long chat, against Fastify answering the same bytes and no more. */
export async function measureChannel(): Promise<Result> {
  return withInstallation(async (at) => {
    const team = await makeTeam(at, size);
    const server = await at.serve({ HEDDLE_ROLES: 'web' });
    const cookies = await cookiesOf(team, server.port);
    const threads = `/api/messaging/channels/${team.channels[0]}/threads`;
    const messages = `/api/messaging/chats/${team.chats[0]}/messages`;
    const pages = [
      ['first page of 10,000 threads', threads],
      ['page in the middle of 10,000 threads', `${threads}?before=${size.threads / 2}`],
      ['last page of 100,000 messages', messages],
      ['page in the middle of 100,000 messages', `${messages}?around=${size.messages / 2}`],
    ] as const;
    const figures: Figure[] = [];
    for (const [name, path] of pages) {
      figures.push(...(await measurePage(at, server.port, cookies, { name, path })));
    }
    return { benchmark: 'channel', about, figures };
  });
}

const driverAim = { atLeast: 0.5 };
const about =
  `pages of 50, ${connections} clients, against a bare Fastify that answers the same bytes, and one ` +
  'that first sends the same statements through the same driver';

async function measurePage(
  at: Installation,
  port: number,
  cookies: readonly string[],
  { name, path }: { name: string; path: string },
): Promise<Figure[]> {
  const [cookie = ''] = cookies;
  const asked = { path, headers: { cookie } };
  const bare = await startBare(at, port, asked);
  const { sent } = await captureRequest(at, 200, () => ({ method: 'GET', path, cookie }));
  const driver = await startDriver(at, port, asked, sent);
  const requests = cookies.map((cookie) => ({ method: 'GET' as const, path, cookie }));
  const asking = async (on: number) => {
    const times = Math.round(calls / requests.length);
    return (await loadExpecting(200, { port: on, connections, requests, times })).perSecond;
  };
  await asking(port);
  await asking(bare.port);
  await asking(driver.port);
  const beside = (limit: number) =>
    paired(
      rounds,
      () => asking(port),
      () => asking(limit),
    );
  const besideBare = await beside(bare.port);
  const besideDriver = await beside(driver.port);
  await bare.stop();
  await driver.stop();
  const kilobytes = `${Math.round(bare.bytes / 1024)} KB`;
  return [
    against(`${name} (${kilobytes})`, 'pages/s', besideBare, 'bare Fastify'),
    against('the same', 'pages/s', besideDriver, 'with its statements', { aim: driverAim }),
  ];
}
