import { createHmac, randomBytes } from 'node:crypto';
import { schedulingScopes } from '../../../contract/scheduling/index.ts';
import { members } from '../../messaging/index.ts';
import type { Caller } from '../../platform/access/callers.ts';
import { createConsumer } from '../../platform/consumers/consumers.ts';
import type { WriteContext } from '../../platform/context.ts';
import { createMember } from '../../platform/members/admission.ts';
import { createOrganization } from '../../platform/organizations/organizations.ts';
import type { Platform } from '../../platform/platform.ts';
import type { Draft } from '../../platform/uploads/uploading.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { readId } from '../../runtime/ids.ts';
import { createPractice } from '../../scheduling/practices/practices.ts';
import { contextOf } from '../acting.ts';
import { liven } from './appointments.ts';
import { type Talk, talk } from './messages.ts';
import { openDays } from './openings.ts';
import { neighbourhoods } from './people.ts';
import { drawPicture } from './picture.ts';
import { practices } from './practices.ts';
import { insertDemo, lockDemo, selectDemo } from './store.ts';

/** What is remembered of a loaded demo; its secrets are not, they are derived anew. */
type Loaded = Pick<Demo, 'organization' | 'practices' | 'channels' | 'chats'> & {
  /** Those of earlier versions have none, and longer credentials. */
  lengths?: Lengths;
};

/** Of a client's id and secret, in characters. */
type Lengths = { id: number; secret: number };

/** With the colon between them 48 bytes: `openssl base64` writes them in one line. */
const shortLengths: Lengths = { id: 14, secret: 33 };
const earlierLengths: Lengths = { id: 26, secret: 52 };

export type Demo = {
  organization: { id: string; name: string };
  consumer: { client_id: string; client_secret: string };
  sync: { client_id: string; client_secret: string };
  api_key: string;
  member: { email: string; password: string };
  practices: Awaited<ReturnType<typeof createPractice>>[];
} & Talk;

type Secrets = Pick<Demo, 'consumer' | 'sync' | 'api_key' | 'member'>;

const email = 'demo@heddle.example';
const readingScopes = schedulingScopes.filter((scope) => scope.endsWith('/get'));

/**
 * Loads the demo organization, or shows the one that was loaded. Its secrets are derived from a seed
 * that is sealed under the master key, so that they can be shown again.
 */
export async function loadDemo(platform: Platform): Promise<Demo> {
  const seed = await platform.secrets.sharedSecret('demo', () => randomBytes(32));
  const { system } = platform.database;
  const before = await selectDemo<Loaded>(system.reading);
  const loaded = before ?? (await loadOnce(platform, credentialsOf(seed, shortLengths)));
  return {
    organization: loaded.organization,
    ...credentialsOf(seed, loaded.lengths ?? earlierLengths),
    practices: loaded.practices,
    channels: loaded.channels,
    chats: loaded.chats,
  };
}

/** The picture is stored before: nothing outside of the database is called in its transaction. */
async function loadOnce(platform: Platform, credentials: Secrets): Promise<Loaded> {
  const picture = await drawPicture(platform.files);
  return platform.database.system.transaction(async (tx) => {
    const before = await lockDemo<Loaded>(tx);
    if (before) return before;
    const made = await load(platform, tx, credentials, picture);
    await insertDemo(tx, made);
    return made;
  });
}

async function load(
  platform: Platform,
  tx: Tx,
  { consumer, sync, api_key, member }: Secrets,
  picture: Draft,
): Promise<Loaded> {
  const now = platform.clock.now();
  const organization = await createOrganization(tx, 'Heddle Demo Group', now);
  const id = readId('organization', organization.id) as number;
  const name = 'Dana Demo';
  const operator = contextOf(platform, tx, id, now);
  const owner = await createMember(operator, { ...member, name, role: 'owner' }, members);
  const terms = { practiceIds: null, plan: 'enterprise' } as const;
  const made = await createConsumer(
    tx,
    id,
    { name: 'Demo partner', scopes: schedulingScopes, ...terms },
    now,
    consumer,
  );
  await createConsumer(tx, id, { name: 'Demo sync', scopes: readingScopes, ...terms }, now, sync);

  const talking = await talk(operator, owner.id, api_key, picture);
  const ctx = asConsumer(operator, made.id);
  const opened: Loaded['practices'] = [];
  for (const practice of practices) {
    const shown = await createPractice(ctx, practice);
    const openings = await openDays(ctx, shown);
    const neighbourhood = neighbourhoods[practice.country ?? ''];
    if (neighbourhood) await liven(ctx, shown, neighbourhood, openings);
    opened.push(shown);
  }
  return { organization, practices: opened, ...talking, lengths: shortLengths };
}

function asConsumer(ctx: WriteContext, id: number): WriteContext {
  const caller: Caller = { ...ctx.caller, kind: 'consumer', id };
  return { ...ctx, caller };
}

function credentialsOf(seed: Buffer, lengths: Lengths): Secrets {
  const client = (id: string, secret: string) => ({
    client_id: derive(seed, id, lengths.id),
    client_secret: derive(seed, secret, lengths.secret),
  });
  return {
    consumer: client('id', 'secret'),
    sync: client('sync id', 'sync secret'),
    api_key: derive(seed, 'api key', 24),
    member: { email, password: derive(seed, 'password', 16) },
  };
}

/** Lower-case letters and digits: the 512 bits of the digest are 99 of them. */
function derive(seed: Buffer, purpose: string, length: number): string {
  const digest = createHmac('sha512', seed).update(`heddle demo ${purpose}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
