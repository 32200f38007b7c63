import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { getConnection } from '../connections/connections.ts';
import { previewSync as preview } from '../engine/preview.ts';
import { protectingKeys } from '../engine/protecting.ts';
import * as rules from '../syncs/syncs.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { type Acting, listAll, sessionsOf } from './acting.ts';
import { isBetween, syncAsked } from './again.ts';
import { objectsNamed, requireObjects } from './existing.ts';
import { findConnection, findSync, findTransform, type Named, organizationsOf } from './finding.ts';
import { tableFor } from './naming.ts';
import { selectPausedRuns } from './store.ts';

/** `transforms` are named by id, or by name where only one of the organization has it. */
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
  /** Whether the source is asked whether it has the objects. */
  check: boolean;
};

/**
 * One for each object that is named; one that is there already, and has all that is asked, is shown as it
 * is. `warn` is told of what could not be looked up, and of other syncs of the same ends.
 * @throws AppError 400
 */
export async function createSyncs(
  platform: Platform,
  given: SyncsToCreate,
  warn: (message: string) => void,
) {
  const sessions = sessionsOf(platform);
  const from = await findConnection(platform, given.from);
  const to = await findConnection(platform, given.to);
  if (from.acting.organization !== to.acting.organization) {
    throw invalid('to', 'the two connections are of different organizations.');
  }
  const [source, destination] = [await shown(from), await shown(to)];
  const objects = await objectsNamed(sessions, from, given.objects);
  if (given.check) await requireObjects(sessions, from, given.objects, warn);
  const wanted = given.query
    ? [{ source: { query: given.query }, table: given.into ?? '', name: given.name }]
    : objects.map((object) => ({
        source: { object },
        table: tableFor(object, source, destination, given.into),
        name: given.name ?? object,
      }));
  refuseTwice(wanted.map(({ table }) => table));
  if (given.name && wanted.length > 1) {
    throw invalid('name', `several syncs would be called ${given.name}; make them one by one.`);
  }
  const before = await listOf(from);
  const settings = await withTransforms(from, given.settings);
  const create = rules.createSync({ providers: sessions.providers, isLenient: true });
  const asked = wanted.map(({ source, table, name }) => {
    const ends = {
      source: { connection_id: from.id, ...source },
      destination: { connection_id: to.id, table },
    };
    const known = syncAsked(before, { ends, name: given.name, settings, named: given.settings });
    for (const one of known ? [] : before.filter((one) => isBetween(one, ends))) {
      warn(`${one.name} (${one.id}) writes ${table} as well.`);
    }
    return { known, body: { ...settings, ...ends, name: name ?? null } };
  });
  return from.acting.write(async (ctx) => {
    const made = [];
    for (const { known, body } of asked) {
      const sync = known ?? (await create(ctx, { params: {}, query: {}, body }));
      made.push({ ...sync, made: known === undefined });
    }
    return made;
  });
}

export type SyncToChange = Partial<Omit<SyncsToCreate, 'objects'>> & { object?: string };

/** Changes what is given, as the API does. @throws AppError 400, run_active (409) */
export async function changeSync(
  platform: Platform,
  given: string,
  { from, to, object, query, into, name, settings = {}, check = true }: SyncToChange,
  warn: (message: string) => void,
) {
  const sessions = sessionsOf(platform);
  const sync = await findSync(platform, given);
  const { acting, id } = sync;
  const { source } = await showSync(platform, id);
  const read = query === undefined ? (object ?? source.object) : null;
  if (check && read !== null && (object ?? from) !== undefined) {
    const asked = await findConnection(platform, from ?? source.connection_id);
    await requireObjects(sessions, asked, [read], warn);
  }
  const body = {
    ...(await withTransforms(sync, settings)),
    name: name ?? null,
    source: {
      connection_id: await idOf(platform, from),
      object: object ?? null,
      query: query ?? null,
    },
    destination: { connection_id: await idOf(platform, to), table: into ?? null },
  };
  const change = changing(platform);
  const input = { params: { sync: id }, query: {}, body };
  return withPause(acting, await acting.write((ctx) => change(ctx, input)));
}

/** With all that it is told; `pause` says for what its run waits. */
export async function showSync(platform: Platform, given: string) {
  const { acting, id } = await findSync(platform, given);
  const input = { params: { sync: id }, query: {}, body: undefined };
  return withPause(acting, await rules.getSync(acting.reading, input));
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
  const protectingKey = protectingKeys(platform.secrets);
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
  const change = changing(platform);
  const input = { params: { sync: id }, query: {}, body: { enabled } };
  return withPause(acting, await acting.write((ctx) => change(ctx, input)));
}

export async function deleteSync(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findSync(platform, given);
  await acting.write((ctx) =>
    rules.deleteSync(ctx, { params: { sync: id }, query: {}, body: undefined }),
  );
}

function changing(platform: Platform) {
  const { providers } = sessionsOf(platform);
  return rules.changeSync({ providers, protectingKey: protectingKeys(platform.secrets) });
}

async function idOf(platform: Platform, connection?: string): Promise<string | null> {
  return connection === undefined ? null : (await findConnection(platform, connection)).id;
}

async function withTransforms({ acting }: Named, settings: Settings): Promise<Settings> {
  const { platform, organization } = acting;
  const idOf = async (given: string) => (await findTransform(platform, given, organization)).id;
  const { transforms, field_mappings } = settings;
  return {
    ...settings,
    transforms: transforms ? await Promise.all(transforms.map(idOf)) : null,
    field_mappings: field_mappings
      ? await Promise.all(
          field_mappings.map(async (one) =>
            one.transform ? { ...one, transform: await idOf(one.transform) } : one,
          ),
        )
      : null,
  };
}

function refuseTwice(tables: readonly string[]): void {
  const twice = tables.find((table, at) => tables.indexOf(table) !== at);
  if (twice === undefined) return;
  throw invalid('into', `several tables would go to ${twice}; write a * for their names.`);
}

type Shown = Awaited<ReturnType<typeof listOf>>[number];
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
