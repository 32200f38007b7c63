import { against, type Figure, paired, type Result } from '../figures.ts';
import { type Installation, withInstallation } from '../installation.ts';
import { loadExpecting, type Request } from '../load/load.ts';
import { bookRequests, drained, makeScene, type Scene, tokenOf } from '../scene.ts';
import { captureRequest } from './capture.ts';
import { pgbench, type Script, type Varying, writeScript } from './pgbench.ts';

const rounds = 5;
const concurrencies = [
  { clients: 1, bookings: 500 },
  { clients: 8, bookings: 2_000 },
  { clients: 32, bookings: 2_048 },
  { clients: 64, bookings: 2_048 },
];
const practices = 16;
const doctorsEach = 4;
const openingSeconds = 1_800;
const daySeconds = 86_400;
const aim = { atLeast: 0.5 };
/** So far in that the id of the booking is the id of nothing else, and can be told from the rest. */
const captured = 1_000;
const warmUp = 4_000;
const perRound = concurrencies.reduce((sum, { bookings }) => sum + bookings, 0);
type Take = (count: number) => number;

/** Books patients through the server, and with pgbench by the statements that the server sends. */
export async function measureBooking(): Promise<Result> {
  return withInstallation(async (at) => {
    const openings = captured + 2 * warmUp + (2 * rounds + 1) * perRound;
    const scene = await makeScene(at, { practices, doctorsEach, openings });
    const take = taker(scene.openings.first);
    const script = await captureBooking(at, scene, take(captured) + captured - 1);
    // First with the mails: what is booked while no process works is a backlog for the next that does.
    const withMails = new Map<number, number>();
    const all = await serveBooking(at, scene, 'web,worker', take);
    for (const { clients, bookings } of concurrencies) {
      withMails.set(clients, await all.book(clients, bookings));
      await drained(at);
    }
    await all.stop();

    const figures: Figure[] = [];
    const web = await serveBooking(at, scene, 'web', take);
    for (const { clients, bookings } of concurrencies) {
      const each = Math.floor(bookings / clients);
      const measured = await paired(
        rounds,
        () => web.book(clients, bookings),
        () => pgbench(script, at, { clients, each, first: take(bookings) }),
      );
      const name = clients === 1 ? '1 client' : `${clients} clients`;
      const value = withMails.get(clients) ?? Number.NaN;
      const ratio = value / measured.limitValue;
      figures.push(
        against(name, 'books/s', measured, 'pgbench', { aim }),
        against(`${name}, with mails`, 'books/s', { ...measured, value, ratio }, 'pgbench', {
          note,
        }),
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
    return perSecond;
  };
  await book(32, warmUp);
  if (roles.includes('worker')) await drained(at);
  return { book, stop: server.stop };
}

const note =
  'the same process also reads the events, writes two letters a booking and runs their jobs; ' +
  'pgbench does none of that';
const about =
  'POST /scheduling/patients against pgbench running the same statements in the same round trips';

/** One real booking, in this process; what it sent to PostgreSQL is what pgbench will send. */
async function captureBooking(at: Installation, scene: Scene, bookingId: number): Promise<Script> {
  const { sent } = await captureRequest(at, 201, async (port) => ({
    ...(bookRequests(bookingId, 1)[0] as Request),
    authorization: await tokenOf(scene, port),
  }));
  return writeScript(sent, varyingOf(scene, bookingId), at.dataDirectory);
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
  const [dayBefore, from, to] = [starts - daySeconds, starts, ends].map((seconds) =>
    new Date(seconds * 1000).toISOString(),
  );
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
      { captured: [bookingId], sql: 'array[:id]::bigint[]' },
      { captured: [from], sql: 'array[to_timestamp(:starts)]' },
      { captured: [to], sql: 'array[to_timestamp(:ends)]' },
      { captured: [dayBefore], sql: `array[to_timestamp(:starts - ${daySeconds})]` },
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
