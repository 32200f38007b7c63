import { randomBytes } from 'node:crypto';
import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { getConnection } from '../connections/connections.ts';
import type { Sessions } from '../connections/sessions.ts';
import { previewSync as preview } from '../engine/preview.ts';
import { protectingKeys } from '../engine/protecting.ts';
import * as rules from '../syncs/syncs.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { type Acting, listAll, sessionsOf } from './acting.ts';
import { objectsOf } from './connections.ts';
import { findConnection, findSync, type Named, organizationsOf } from './finding.ts';
import { isNamedBy, tableFor } from './naming.ts';
import { selectPausedRuns } from './store.ts';

type Settings = Omit<In<typeof syncs, 'createSync'>['body'], 'name' | 'source' | 'destination'>;

/** One of `objects` (names or patterns) and `query`. */
export type SyncsToCreate = {
  from: string;
  to: string;
  objects: readonly string[];
  query?: string;
  /** The table at the destination; with a `*` for the name of the object. */
  into?: string;
  name?: string;
  settings: Settings;
};

/** One for each object that is named; one that is there already is shown as it is. */
export async function createSyncs(platform: Platform, given: SyncsToCreate) {
  const sessions = sessionsOf(platform);
  const from = await findConnection(platform, given.from);
  const to = await findConnection(platform, given.to);
  if (from.acting.organization !== to.acting.organization) {
    throw invalid('to', 'the two connections are of different organizations.');
  }
  const [source, destination] = [await shown(from), await shown(to)];
  const objects = await objectsNamed(sessions, from, given.objects);
  const wanted = given.query
    ? [{ source: { query: given.query }, table: given.into ?? '', name: given.name }]
    : objects.map((object) => ({
        source: { object },
        table: tableFor(object, source, destination, given.into),
        name: objects.length === 1 ? (given.name ?? object) : object,
      }));
  refuseTwice(wanted.map(({ table }) => table));
  const before = await listOf(from);
  const create = rules.createSync({ providers: sessions.providers, isLenient: true });
  return from.acting.write(async (ctx) => {
    const made = [];
    for (const { source, table, name } of wanted) {
      const ends = {
        source: { connection_id: from.id, ...source },
        destination: { connection_id: to.id, table },
      };
      const known = before.find((one) => isSame(one, ends));
      const body = { ...given.settings, ...ends, name: name ?? null };
      const sync = known ?? (await create(ctx, { params: {}, query: {}, body }));
      made.push({ ...sync, made: known === undefined });
    }
    return made;
  });
}

/** Of one organization, or of all; `pause` says for what a run waits. */
export async function listSyncs(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async (acting) => {
      const rows = await withPauses(acting, await listOf({ acting }));
      return rows.map((row) => ({
        ...row,
        organization: shortId('organization', acting.organization),
      }));
    }),
  );
  return lists.flat();
}

export async function previewSync(platform: Platform, given: string) {
  const { acting, id } = await findSync(platform, given);
  const sandbox = new Sandbox();
  const protectingKey = protectingKeys(platform.secrets, () => randomBytes(32));
  try {
    const show = preview({ sessions: sessionsOf(platform), sandbox, protectingKey });
    return await show(acting.outside, { params: { sync: id }, query: {}, body: undefined });
  } finally {
    await sandbox.close();
  }
}

/** A sync that is stopped begins nothing by itself, and its run is cancelled. */
export async function enableSync(platform: Platform, given: string, enabled: boolean) {
  const { acting, id } = await findSync(platform, given);
  const change = rules.changeSync({ providers: sessionsOf(platform).providers, isLenient: false });
  const input = { params: { sync: id }, query: {}, body: { enabled } };
  return withPause(acting, await acting.write((ctx) => change(ctx, input)));
}

export async function deleteSync(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findSync(platform, given);
  await acting.write((ctx) =>
    rules.deleteSync(ctx, { params: { sync: id }, query: {}, body: undefined }),
  );
}

/** Names are taken as they are; patterns are matched with the tables that there are. */
async function objectsNamed(
  sessions: Sessions,
  from: Named,
  named: readonly string[],
): Promise<string[]> {
  const patterns = named.filter((one) => one.includes('*'));
  const names = named.filter((one) => !one.includes('*'));
  if (patterns.length === 0) return names;
  const all = (await objectsOf(sessions, from)).filter(({ kind }) => kind !== 'view');
  const found = all.map(({ name }) => name).filter((name) => isNamedBy(patterns, name));
  if (found.length > 0) return [...new Set([...names, ...found])];
  const some = all.slice(0, 5).map(({ name }) => name);
  const known =
    all.length === 0 ? 'it has none' : `it has ${some.join(', ')}${all.length > 5 ? ' …' : ''}`;
  throw invalid('tables', `${from.name} has no table like ${patterns.join(', ')}; ${known}.`);
}

function refuseTwice(tables: readonly string[]): void {
  const twice = tables.find((table, at) => tables.indexOf(table) !== at);
  if (twice === undefined) return;
  throw invalid('into', `several tables would go to ${twice}; write a * for their names.`);
}

type Shown = Awaited<ReturnType<typeof listOf>>[number];
type Ends = {
  source: { connection_id: string; object?: string; query?: string };
  destination: { connection_id: string; table: string };
};

function isSame(one: Shown, { source, destination }: Ends): boolean {
  return (
    one.source.connection_id === source.connection_id &&
    one.source.object === (source.object ?? null) &&
    one.source.query === (source.query ?? null) &&
    one.destination.connection_id === destination.connection_id &&
    one.destination.table === destination.table
  );
}

async function withPauses({ reading, organization }: Acting, syncs: readonly Shown[]) {
  const paused = await selectPausedRuns(reading.db, organization);
  const pauses = new Map(paused.map(({ sync_id, pause }) => [sync_id, pause]));
  return syncs.map((sync) => ({ ...sync, pause: pauses.get(sync.id) ?? null }));
}

async function withPause(acting: Acting, sync: Shown) {
  const [shown] = await withPauses(acting, [sync]);
  return shown!;
}

async function listOf({ acting: { reading } }: Pick<Named, 'acting'>) {
  return listAll(
    (query) => rules.listSyncs(reading, { params: {}, query, body: undefined }),
    ({ id }) => id,
  );
}

async function shown({ acting, id }: Named) {
  return getConnection(acting.reading, { params: { connection: id }, query: {}, body: undefined });
}
