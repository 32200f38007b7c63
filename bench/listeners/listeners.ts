import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Change, feedPath } from '../../contract/messaging/website/feed.ts';
import { createChannel, createKey } from '../../server/messaging/operator/index.ts';
import { Operator } from '../../server/operator/operator.ts';
import { against, plain, type Result } from '../figures.ts';
import { type Installation, withInstallation } from '../installation.ts';
import { startProcess } from '../server.ts';
import { type Heard, hear } from './hearing.ts';

const members = 25;
const streamsEach = 20;
const channels = 20;
const perSecond = 100;
const seconds = 20;
/** At first: connections are opened and code is compiled. */
const warm = 3 * perSecond;
const posts = warm + seconds * perSecond;
const patienceMilliseconds = 3_000;

type Measured = Heard & { megabytes: number; cpu: number };

/** Pages that hear posts, against a server that writes the same bytes to as many and no more. */
export async function measureListeners(): Promise<Result> {
  return withInstallation(async (at) => {
    const scene = await makeScene(at);
    const server = await at.serve();
    const cookies = await signInAll(server.port, scene.people);
    const streams = cookies.flatMap((cookie) => Array<string>(streamsEach).fill(cookie));
    const url = `http://127.0.0.1:${server.port}/api/public/postThread`;
    const heard = await measure(server, feedPath, streams, (mark) =>
      post(url, JSON.stringify({ channel: channelOf(mark), blocks: [mark] }), {
        authorization: `Bearer ${scene.key}`,
        'content-type': 'application/json',
      }),
    );
    await server.stop();

    const program = fileURLToPath(new URL('./broadcaster.ts', import.meta.url));
    const bare = await startProcess(process.execPath, [program], at.dataDirectory);
    const frame = frameIn(heard.sample);
    const limit = await measure(bare, '/', streams, (mark) =>
      post(`http://127.0.0.1:${bare.port}/`, frame.replace('~0~', mark)),
    );
    await bare.stop();
    return resultOf(heard, limit, frame.length, streams.length);
  });
}

function resultOf(heard: Measured, limit: Measured, bytes: number, streams: number): Result {
  const name = 'bare broadcaster';
  const pair = (of: 'median' | 'p99' | 'cpu' | 'megabytes') => ({
    value: heard[of],
    limitValue: limit[of],
    ratio: heard[of] / limit[of],
  });
  const about = `${streams} streams hear ${perSecond} threads/s of ${bytes} bytes for ${seconds} s`;
  return {
    benchmark: 'listeners',
    about,
    figures: [
      against('delay, median', 'ms', pair('median'), name, { note }),
      against('delay, p99', 'ms', pair('p99'), name),
      plain('delay, 99.9 %', 'ms', heard.p999, { aim: { atMost: 1_000 } }),
      against('processor', '% of a core', pair('cpu'), name, { note: 'without PostgreSQL' }),
      against('resident memory', 'MB', pair('megabytes'), name),
    ],
  };
}

const note =
  'from the answer to the post until the listener has it; the broadcaster answers before it has ' +
  'written, stores nothing and checks nobody. The aim is the one of the website: within a second.';

async function measure(
  { port, pid }: { port: number; pid: number },
  path: string,
  cookies: string[],
  send: (mark: string) => Promise<void>,
): Promise<Measured> {
  const hearing = await hear({ port, path, cookies, posts });
  const answered: number[] = [];
  const sending: Promise<void>[] = [];
  const begun = performance.now();
  let used = 0;
  for (let n = 0; n < posts; n += 1) {
    if (n === warm) used = await processorSeconds(pid);
    const wait = begun + (n * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const sent = send(`~${n}~`).then(() => {
      answered[n] = performance.timeOrigin + performance.now();
    });
    sending.push(sent);
  }
  await Promise.all(sending);
  const cpu = ((await processorSeconds(pid)) - used) / seconds;
  const megabytes = await residentMegabytes(pid);
  await new Promise((resolve) => setTimeout(resolve, patienceMilliseconds));
  const heard = await hearing.end({ answered, warm });
  if (heard.missing > 0) throw new Error(`${heard.missing} posts were not heard`);
  return { ...heard, megabytes, cpu: cpu * 100 };
}

async function post(url: string, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', body, headers });
  if (response.status !== 200) throw new Error(`a post was answered ${response.status}`);
  await response.arrayBuffer();
}

/** The event of one post, without what chunked encoding puts around it. */
function frameIn(sample: string): string {
  const [, id, data] = /(id: [^\n]+)\nevent: changes\ndata: ([^\n]+)\n\n/.exec(sample) ?? [];
  if (data === undefined) throw new Error('the first post was not told as it should be');
  const [first] = JSON.parse(data) as Change[];
  return `${id}\nevent: changes\ndata: ${JSON.stringify([first])}\n\n`;
}

async function makeScene({ platform }: Installation) {
  const operator = new Operator(platform);
  const { id } = await operator.createOrganization('Bench Group');
  const people = Array.from({ length: members }, (_, nth) => ({
    email: `listener.${nth}@bench.example`,
    password: `bench password ${nth}`,
  }));
  for (const one of people) {
    await operator.createMember(id, { ...one, name: one.email, role: 'member' });
  }
  const key = { name: 'Bench', kind: 'threads', plan: 'unlimited' } as const;
  const made = await createKey(platform, id, key);
  for (let nth = 0; nth < channels; nth += 1) {
    const channel = { name: `Bench ${nth}`, isPrivate: false, emails: [], keys: [] };
    await createChannel(platform, id, channel);
  }
  return { people, key: made.key };
}

/** Posts in one channel wait for each other's commit; what is measured here is not that. */
function channelOf(mark: string): string {
  return `Bench ${Number(mark.replaceAll('~', '')) % channels}`;
}

async function signInAll(port: number, people: readonly object[]): Promise<string[]> {
  const origin = `http://127.0.0.1:${port}`;
  return Promise.all(
    people.map(async (person) => {
      const headers = { 'content-type': 'application/json', origin };
      const body = JSON.stringify(person);
      const url = `${origin}/api/auth/sign-in/email`;
      const response = await fetch(url, { method: 'POST', headers, body });
      if (!response.ok) throw new Error(`signing in was answered ${response.status}`);
      const lines = response.headers.getSetCookie();
      return lines.map((line) => line.split(';', 1)[0]).join('; ');
    }),
  );
}

const ticksPerSecond = 100;

/** Of a process so far: /proc/<pid>/stat, fields 14 and 15. */
async function processorSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

async function residentMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}
