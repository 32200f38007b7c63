import pg from 'pg';
import { Operator } from '../../server/operator/operator.ts';
import { connectTo } from '../../server/runtime/database/connection.ts';
import type { Tx } from '../../server/runtime/database/database.ts';
import { readId } from '../../server/runtime/ids.ts';
import type { Installation } from '../installation.ts';
import { settleDatabase } from '../scene.ts';
import {
  insertComments,
  insertMessages,
  insertPlaces,
  insertThreads,
  type Places,
  selectOwnUsers,
  updateCounts,
  wordIndexes,
} from './store.ts';

/** Rows in one transaction: a minute is the most that a statement may take. */
const batch = 20_000;

export type Size = {
  channels: number;
  chats: number;
  threads: number;
  comments: number;
  messages: number;
  /** Pages ask as these in turn: each may ask 1,000 times at once. */
  members: number;
};

export type Team = Places & {
  organization: number;
  userId: number;
  people: { email: string; password: string }[];
};

/** An organization whose members talk a lot. */
export async function makeTeam(at: Installation, size: Size): Promise<Team> {
  const operator = new Operator(at.platform);
  const made = await operator.createOrganization('Bench Group');
  const organization = readId('organization', made.id) as number;
  const people = Array.from({ length: size.members }, (_, nth) => ({
    email: `member.${nth}@bench.example`,
    password: `bench password ${nth}`,
  }));
  for (const { email, password } of people) {
    await operator.createMember(made.id, { email, password, name: email, role: 'member' });
  }
  const transaction = <T>(work: (tx: Tx) => Promise<T>) =>
    at.platform.database.system.transaction(work);
  const userIds = await transaction((tx) => selectOwnUsers(tx, organization));
  const [userId = 0] = userIds;
  const places = await transaction((tx) => insertPlaces(tx, organization, userIds, size));
  const { channels, chats } = places;
  const rebuild = await dropWordIndexes(at);
  for (const range of ranges(size.threads)) {
    await transaction((tx) => insertThreads(tx, organization, { userId, channels }, range));
  }
  const threads = Math.min(size.threads, 20_000);
  for (const range of ranges(size.comments)) {
    await transaction((tx) => insertComments(tx, organization, { userId, threads }, range));
  }
  for (const range of ranges(size.messages)) {
    await transaction((tx) => insertMessages(tx, organization, { userId, chats }, range));
  }
  await transaction((tx) => updateCounts(tx, organization));
  await rebuild();
  await settleDatabase(at.address);
  return { organization, userId, people, ...places };
}

/** Filled row by row, the indexes of words take several times as long as made anew; answers how. */
async function dropWordIndexes({ address }: Installation): Promise<() => Promise<void>> {
  const owner = new pg.Client(connectTo(address, 'owner', 'heddle bench'));
  await owner.connect();
  const { rows } = await owner.query<{ drop: string; make: string }>(wordIndexes);
  for (const { drop } of rows) await owner.query(drop);
  return async () => {
    for (const { make } of rows) await owner.query(make);
    await owner.end();
  };
}

function* ranges(of: number) {
  for (let from = 1; from <= of; from += batch) {
    yield { from, to: Math.min(of, from + batch - 1), of };
  }
}

/** The cookies of the team's members, who are signed in. */
export async function cookiesOf({ people }: Team, port: number): Promise<string[]> {
  return Promise.all(people.map((one) => signIn(port, one)));
}

async function signIn(port: number, person: { email: string; password: string }) {
  const origin = `http://127.0.0.1:${port}`;
  const response = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(person),
  });
  if (!response.ok) throw new Error(`signing in was answered ${response.status}`);
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}
