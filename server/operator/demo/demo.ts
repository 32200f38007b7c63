import { createHmac, randomBytes } from 'node:crypto';
import { createMember } from '../../platform/members/admission.ts';
import { contextOf } from '../../platform/operator/acting.ts';
import { createOrganization } from '../../platform/organizations/organizations.ts';
import { selectMembersByEmail } from '../../platform/organizations/store.ts';
import type { Platform } from '../../platform/platform.ts';
import type { DemoTerms, Demo as ProductDemo } from '../../platform/product.ts';
import { members, products } from '../../products.ts';
import { type Config, connectedFolderIn } from '../../runtime/config.ts';
import type { Tx } from '../../runtime/database/database.ts';
import { readId } from '../../runtime/ids.ts';
import { loggable } from '../../runtime/log.ts';
import { lockDemo, selectDemo, upsertDemo } from './store.ts';

/** What is remembered of a loaded demo; its secrets are not, they are derived anew. */
type Loaded = { organization: { id: string; name: string } };

/** With what each product shows of its own. */
export type Demo = Loaded & { member: { email: string; password: string } };

const email = 'demo@heddle.example';
const loadSecondsMax = 60;
const patience = { statementSeconds: loadSecondsMax };
const demos: readonly ProductDemo[] = products.flatMap((one) => one.demo ?? []);

/**
 * Loads the demo organization, or shows the one that was loaded. Its secrets are derived from a seed
 * that is sealed under the master key, so that they can be shown again.
 */
export async function loadDemo(platform: Platform): Promise<Demo> {
  const seed = await platform.secrets.sharedSecret('demo', () => randomBytes(32));
  const secret: DemoTerms['secret'] = (purpose, length) => derive(seed, purpose, length);
  const { system } = platform.database;
  const before = await selectDemo<Loaded>(system.reading);
  const isWhole = before && missingIn(before).length === 0;
  const loaded = isWhole ? before : await loadOnce(platform, secret);
  const shown = demos.map((one) => one.show(loaded, secret));
  return Object.assign(
    { organization: loaded.organization },
    ...shown.map(({ credentials }) => credentials),
    { member: memberOf(secret) },
    ...shown.map(({ made }) => made),
  );
}

/**
 * Makes what takes longer than whoever starts a server likes to wait: again, it goes on where it was.
 * Without it the demo is of use all the same.
 */
export async function completeDemo(given: Platform, signal?: AbortSignal): Promise<void> {
  const platform = { ...given, config: withFiles(given.config) };
  const loaded = await selectDemo<Loaded>(platform.database.system.reading);
  if (!loaded) return;
  const organization = readId('organization', loaded.organization.id) as number;
  for (const one of demos) {
    await one.complete?.(platform, { organization, remembered: loaded, signal }).catch((error) => {
      if (!signal?.aborted) platform.log.warn(loggable(error), 'the demo is not complete');
    });
  }
}

/** What whoever starts a server for the first time can try, and how. */
export function describeDemo(demo: Demo, url: string): string {
  return demos.map((one) => one.describe?.(demo, url) ?? '').join('');
}

/** The demo has files of its own: below the data folder, where no other folder is set. */
export function withFiles(config: Config): Config {
  const filesDirectory = config.filesDirectory ?? connectedFolderIn(config.dataDirectory);
  return { ...config, filesDirectory };
}

/** The products that an earlier version did not have. */
function missingIn(before: Loaded): readonly ProductDemo[] {
  return demos.filter((one) => one.isMissingIn?.(before));
}

/**
 * Loads the demo, or what one of an earlier version lacks. Nothing outside of the database is called in
 * its transaction, so that is done before.
 */
async function loadOnce(platform: Platform, secret: DemoTerms['secret']): Promise<Loaded> {
  const loads = new Map(
    await Promise.all(demos.map(async (one) => [one, await one.prepare(platform)] as const)),
  );
  return platform.database.system.transaction(async (tx) => {
    const before = await lockDemo<Loaded>(tx, loadSecondsMax);
    const missing = before ? missingIn(before) : demos;
    const place = before
      ? await find(platform, tx, before)
      : await begin(platform, tx, memberOf(secret));
    if (!place) return before as Loaded;
    const { organization, ctx, memberId } = place;
    const made = { ...before, organization };
    for (const one of missing) {
      Object.assign(made, await loads.get(one)?.(ctx, { memberId, secret, members }));
    }
    await upsertDemo(tx, made);
    return made;
  }, patience);
}

/** A demo whose person has left it is somebody's own, and nothing is added to it. */
async function find(platform: Platform, tx: Tx, { organization }: Loaded) {
  const id = readId('organization', organization.id) as number;
  const [member] = await selectMembersByEmail(tx, id, [email]);
  if (!member) return undefined;
  const ctx = contextOf(platform, tx, id, platform.clock.now());
  return { organization, ctx, memberId: member.id };
}

async function begin(platform: Platform, tx: Tx, member: Demo['member']) {
  const now = platform.clock.now();
  const organization = await createOrganization(tx, 'Heddle Demo Group', now);
  const ctx = contextOf(platform, tx, readId('organization', organization.id) as number, now);
  const owner = { ...member, name: 'Dana Demo', role: 'owner' } as const;
  const { id: memberId } = await createMember(ctx, owner, members);
  return { organization, ctx, memberId };
}

function memberOf(secret: DemoTerms['secret']): Demo['member'] {
  return { email, password: secret('password', 16) };
}

/** Lower-case letters and digits: the 512 bits of the digest are 99 of them. */
function derive(seed: Buffer, purpose: string, length: number): string {
  const digest = createHmac('sha512', seed).update(`heddle demo ${purpose}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
