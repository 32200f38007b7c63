import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import { getConnection } from '../connections/connections.ts';
import { previewSync as preview } from '../engine/preview.ts';
import { protectingKeys } from '../engine/protecting.ts';
import { changeAccepted, requireTold } from '../engine/realtime/accepting.ts';
import { type Definition, define } from '../syncs/definition.ts';
import { listRuns } from '../syncs/runs/runs.ts';
import * as rules from '../syncs/syncs.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { type Acting, listAll, sessionsOf } from './acting.ts';
import { syncAsked } from './again.ts';
import { objectsNamed, requireObject } from './existing.ts';
import { findConnection, findSync, findTransform, type Named, organizationsOf } from './finding.ts';
import { tableFor } from './naming.ts';
import { selectPausedRuns, selectWaiting } from './store.ts';

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
  const wanted = given.query
    ? [{ read: { query: given.query }, table: given.into ?? '', name: given.name }]
    : objects.map((object) => ({
        read: { object },
        table: tableFor(object, source, destination, given.into),
        name: given.name ?? object,
      }));
  refuseTwice(wanted, given.name);
  const before = await listOf(from);
  const settings = await withTransforms(from, given.settings);
  const bodies = wanted.map(({ read, table, name }) => ({
    ...settings,
    source: { connection_id: from.id, ...read },
    destination: { connection_id: to.id, table },
    name: name ?? null,
  }));
  for (const body of given.check ? bodies : []) {
    const { object } = body.source as { object?: string };
    const isAsked = given.objects.includes(object ?? '') || namesFields(settings);
    if (object !== undefined && isAsked) await requireObject(sessions, from, define(body), warn);
  }
  const asked = bodies.map((body) => ({ body, known: syncAsked(before, body, given, warn) }));
  for (const { known, body } of asked) {
    if (known || body.schedule !== 'realtime') continue;
    await requireTold(from.acting.outside, sessions, define(body));
  }
  const create = rules.createSync({ providers: sessions.providers, isLenient: true });
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
  const before = await showSync(platform, id);
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
  const after = define(body, before as Definition);
  const isAsked = (object ?? from) !== undefined || namesFields(settings);
  if (check && isAsked && after.source.object !== null) {
    const asked = await findConnection(platform, after.source.connection_id);
    await requireObject(sessions, asked, after, warn);
  }
  const change = changing(platform);
  const input = { params: { sync: id }, query: {}, body };
  const save = changeAccepted(sessions, change);
  return withWait(acting, await save(acting.outside, input));
}

/** With all that it is told; `pause` says for what its run waits, `waiting` how many records do. */
export async function showSync(platform: Platform, given: string) {
  const { acting, id } = await findSync(platform, given);
  const input = { params: { sync: id }, query: {}, body: undefined };
  return withWait(acting, await rules.getSync(acting.reading, input));
}

/** Of one organization, or of all; with `error`, of which the last run failed. */
export async function listSyncs(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async (acting) => {
      const rows = await withWaiting(acting, await listOf({ acting }));
      const errors = await errorsOf(acting, rows);
      return rows.map((row) => ({
        ...row,
        error: errors.get(row.id) ?? null,
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
  return withWait(acting, await acting.write((ctx) => change(ctx, input)));
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

function refuseTwice(wanted: readonly { table: string }[], name: string | undefined): void {
  const tables = wanted.map(({ table }) => table);
  const twice = tables.find((table, at) => tables.indexOf(table) !== at);
  if (twice !== undefined) {
    throw invalid('into', `several tables would go to ${twice}; write a * for their names.`);
  }
  if (name && wanted.length > 1) {
    throw invalid('name', `several syncs would be called ${name}; make them one by one.`);
  }
}

/** Whether fields of the source are named. */
function namesFields({ filters, field_mappings, key, cursor_field }: Settings): boolean {
  return Boolean(filters?.length || field_mappings?.length || key?.length || cursor_field);
}

type Shown = Awaited<ReturnType<typeof listOf>>[number];
async function withWaiting({ reading, organization }: Acting, syncs: readonly Shown[]) {
  const paused = await selectPausedRuns(reading.db, organization);
  const pauses = new Map(paused.map(({ sync_id, pause }) => [sync_id, pause]));
  const waiting = await selectWaiting(reading.db, organization);
  const aside = new Map(waiting.map(({ sync_id, records }) => [sync_id, records]));
  return syncs.map((sync) => ({
    ...sync,
    pause: pauses.get(sync.id) ?? null,
    waiting: aside.get(sync.id) ?? 0,
  }));
}

/** Of what the last runs failed, by sync. */
async function errorsOf({ reading }: Acting, syncs: readonly Shown[]) {
  const errors = new Map<string, string | null>();
  for (const { id, status } of syncs) {
    if (status !== 'failed') continue;
    const input = { params: { sync: id }, query: { limit: 1 }, body: undefined };
    const [run] = (await listRuns(reading, input)).body;
    errors.set(id, run?.error ?? null);
  }
  return errors;
}

async function withWait(acting: Acting, sync: Shown) {
  const [shown] = await withWaiting(acting, [sync]);
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
