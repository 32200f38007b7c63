import { setTimeout as pause } from 'node:timers/promises';

/** Where is polled: processes of one database, and as whom. */
export type Ground = {
  urls: readonly string[];
  authorization: () => string | Promise<string>;
  practice: { id: string };
};

type Row = { id: number; status?: string; created_at: string; updated_at: string };
type Body = Row[] | { appointment_guids: string[] };

/** How a poller goes on: what it asks for first, and after an answer. */
type Way = { path: string; first: string; next: (rows: Row[], headers: Headers) => string };

/** What a poller was told, in that order: ids, or for changes each state of each id. */
export type Heard = { name: string; what: What; told: string[]; repeats: boolean };
type What = 'patients' | 'appointments' | 'changes' | 'forms';

const polled = (practice: string, noun: string) => `/scheduling/practices/${practice}/${noun}`;
const cursorOf = (_: Row[], headers: Headers) => `cursor=${headers.get('x-next-cursor')}`;

/** Asks from the newest that it has seen. */
function byNewest(path: string, member: 'created_at' | 'updated_at', name: string): Way {
  let newest = '1970-01-01T00:00:00.000Z';
  const next = (rows: Row[]) => {
    for (const row of rows) if (row[member] > newest) newest = row[member];
    return `${name}=${newest}`;
  };
  return { path, first: next([]), next };
}

function waysOf(practice: string): [What, repeats: boolean, Way][] {
  const patients = polled(practice, 'patients');
  const appointments = polled(practice, 'appointments');
  const since = `since=${new Date(Date.now() - 60_000).toISOString()}`;
  return [
    ['patients', true, byNewest(patients, 'created_at', 'since')],
    ['appointments', true, byNewest(appointments, 'created_at', 'since')],
    ['changes', true, byNewest(appointments, 'updated_at', 'updated_since')],
    ['patients', false, { path: patients, first: '', next: cursorOf }],
    ['appointments', false, { path: appointments, first: '', next: cursorOf }],
    ['changes', false, { path: appointments, first: 'updated_since=2000-01-01', next: cursorOf }],
    [
      'forms',
      false,
      {
        path: '/forms/form_guids',
        first: since,
        next: (_, headers) => `since=${headers.get('x-next-since')}`,
      },
    ],
  ];
}

/** Polls from now on, in every way at every pace; `stop` polls once more and answers what was heard. */
export function startPollers(ground: Ground, pauses: readonly number[]) {
  let isStopped = false;
  const running = pauses.flatMap((milliseconds, at) =>
    waysOf(ground.practice.id).map(async ([what, repeats, way]): Promise<Heard> => {
      const name = `${what}${repeats ? '' : ' by cursor'} every ${milliseconds} ms`;
      const told: string[] = [];
      let query = way.first;
      for (let isLast = false; !isLast; ) {
        isLast = isStopped;
        const url = ground.urls[at % ground.urls.length];
        const { body, headers } = await get(ground, `${url}${way.path}?${query}`);
        told.push(...namesOf(what, body));
        query = way.next(Array.isArray(body) ? body : [], headers);
        if (!isLast) await pause(milliseconds);
      }
      return { name, what, told, repeats };
    }),
  );
  const all = Promise.all(running);
  return {
    stop: () => {
      isStopped = true;
      return all;
    },
  };
}

/** A machine that is busy asks to come again later: that loses nothing. */
async function get(ground: Ground, url: string): Promise<{ body: Body; headers: Headers }> {
  const headers = { authorization: await ground.authorization() };
  const response = await fetch(url, { headers });
  if (response.status === 503) {
    await response.body?.cancel();
    await pause(Number(response.headers.get('retry-after')) * 1_000);
    return get(ground, url);
  }
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return { body: (await response.json()) as Body, headers: response.headers };
}

function namesOf(what: What, body: Body): string[] {
  if (!Array.isArray(body)) return body.appointment_guids;
  if (what !== 'changes') return body.map(({ id }) => String(id));
  return body.map(({ id, status, updated_at }) => `${id} ${status} ${updated_at}`);
}
