import { createLog, environmentWith, readConfig, Server } from '../../server/main.ts';
import { against, type Figure, median, paired, type Result } from '../figures.ts';
import { type Installation, withInstallation } from '../installation.ts';
import { loadExpecting } from '../load/load.ts';
import { bookRequests, drained, makeScene, type Scene, tokenOf } from '../scene.ts';
import { capture } from './capture.ts';
import { pgbench, type Script, type Varying, writeScript } from './pgbench.ts';

const rounds = 5;
const concurrencies = [
  { clients: 1, bookings: 1_000 },
  { clients: 8, bookings: 4_000 },
  { clients: 32, bookings: 4_096 },
  { clients: 64, bookings: 4_096 },
];
const practices = 16;
const doctorsEach = 4;
const openingSeconds = 1_800;
const daySeconds = 86_400;
const mailRounds = 3;
const aim = { atLeast: 0.5 };
/** So far in that the id of the booking is the id of nothing else, and can be told from the rest. */
const captured = 1_000;
const warmUp = 4_000;
const perRound = concurrencies.reduce((sum, { bookings }) => sum + bookings, 0);
type Take = (count: number) => number;

/** Books patients through the server, and with pgbench by the statements that the server sends. */
export async function measureBooking(): Promise<Result> {
  return withInstallation(async (at) => {
    const openings = captured + 2 * warmUp + (2 * rounds + mailRounds) * perRound;
    const scene = await makeScene(at, { practices, doctorsEach, openings });
    const take = taker(scene.openings.first);
    const script = await captureBooking(at, scene, take(captured) + captured - 1);
    const limits = new Map<number, number>();
    const figures: Figure[] = [];

    const web = await serveBooking(at, scene, 'web', take);
    for (const { clients, bookings } of concurrencies) {
      const each = Math.floor(bookings / clients);
      const measured = await paired(
        rounds,
        () => web.book(clients, bookings),
        () => pgbench(script, at, { clients, each, first: take(bookings) }),
      );
      limits.set(clients, measured.limitValue);
      figures.push(against(nameOf(clients), 'books/s', measured, 'pgbench', { aim }));
    }
    await web.stop();

    const all = await serveBooking(at, scene, 'web,worker', take);
    for (const { clients, bookings } of concurrencies) {
      const values: number[] = [];
      for (let round = 0; round < mailRounds; round += 1) {
        values.push(await all.book(clients, bookings));
      }
      const value = median(values);
      const limitValue = limits.get(clients) ?? Number.NaN;
      const measured = { value, limitValue, ratio: value / limitValue };
      figures.push(
        against(`${nameOf(clients)}, with mails`, 'books/s', measured, 'pgbench', { note }),
      );
    }
    return { benchmark: 'book', about, figures };
  });
}

/** A server with these roles, warm, and a way to book through it. */
async function serveBooking(at: Installation, scene: Scene, roles: string, take: Take) {
  const server = await at.serve({ HEDDLE_ROLES: roles });
  const authorization = await tokenOf(scene, server.port);
  const book = async (connections: number, bookings: number) => {
    const requests = bookRequests(take(bookings), bookings);
    const given = { port: server.port, connections, authorization, requests };
    const { perSecond } = await loadExpecting(201, given);
    await drained(at);
    return perSecond;
  };
  await book(32, warmUp);
  return { book, stop: server.stop };
}

function nameOf(clients: number): string {
  return clients === 1 ? '1 client' : `${clients} clients`;
}

const note =
  'the same process also reads the events, writes two letters a booking and runs their jobs; ' +
  'pgbench does none of that';
const about =
  'POST /scheduling/patients against pgbench running the same statements in the same round trips';

/** One real booking, in this process; what it sent to PostgreSQL is what pgbench will send. */
export async function captureBooking(
  at: Installation,
  scene: Scene,
  bookingId: number,
): Promise<Script> {
  const config = readConfig(
    environmentWith({ HEDDLE_DATA: at.dataDirectory, HEDDLE_ROLES: 'web', HEDDLE_PORT: '0' }),
  );
  const server = new Server(config, at.address, createLog('warn'));
  await server.start();
  try {
    const authorization = await tokenOf(scene, await server.listen());
    const [request] = bookRequests(bookingId, 1);
    const sent = await capture(async () => {
      const answer = await server.http.inject({
        method: 'POST',
        url: request?.path ?? '',
        payload: request?.body ?? '',
        headers: { authorization, 'content-type': 'application/json' },
      });
      if (answer.statusCode !== 201) throw new Error(`the booking failed: ${answer.body}`);
    });
    return await writeScript(sent, varyingOf(scene, bookingId), at.dataDirectory);
  } finally {
    await server.stop();
  }
}

/** How the parameters follow from the id: bookings were made in the order of time and doctor. */
function varyingOf({ openings, places }: Scene, bookingId: number): Varying {
  const { first, startSeconds } = openings;
  const nth = bookingId - first;
  const doctors = practices * doctorsEach;
  const starts = startSeconds + Math.floor(nth / doctors) * openingSeconds;
  const ends = starts + openingSeconds;
  const doctor = places.doctors.first + (nth % doctors);
  const day = Math.floor(starts / daySeconds);
  const [from, to] = [starts, ends].map((seconds) => new Date(seconds * 1000).toISOString());
  const during = 'tstzmultirange(tstzrange(to_timestamp(:starts), to_timestamp(:ends)))';
  return {
    variables: {
      nth: `:id - ${first}`,
      starts: `${startSeconds} + :nth / ${doctors} * ${openingSeconds}`,
      ends: `:starts + ${openingSeconds}`,
      doctor: `${places.doctors.first} + :nth % ${doctors}`,
      day: `:starts / ${daySeconds}`,
    },
    parameters: [
      { captured: bookingId, sql: ':id' },
      { captured: doctor, sql: ':doctor' },
      { captured: [doctor], sql: 'array[:doctor]' },
      { captured: [day], sql: 'array[:day]' },
      { captured: `{[${from},${to})}`, sql: during },
    ],
  };
}

/** Hands out openings, each once. */
function taker(first: number): Take {
  let next = first;
  return (count) => {
    next += count;
    return next - count;
  };
}
