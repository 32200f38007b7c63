import type { OutsideContext } from '../../../platform/context.ts';
import { invalid } from '../../../runtime/errors.ts';
import type { Sessions } from '../../connections/sessions.ts';
import { type ConnectionRow, selectConnection } from '../../connections/store.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { matchName, nearest } from '../../conventions/names.ts';
import { check as checkFilter } from '../../filters/check.ts';
import { checkAnswerers } from '../../notices/approvals/answerers.ts';
import { checkNotice, resolveNotice } from '../../notices/resolving.ts';
import { selectSync } from '../../syncs/store.ts';
import { requireUseOfEnds } from '../../syncs/use.ts';
import type { Sandbox } from '../../transforms/sandbox/sandbox.ts';
import { selectTransform } from '../../transforms/store.ts';
import { type Action, type Definition, type Placed, placedOf } from '../definition.ts';
import type { TypedOrigin } from '../inline.ts';
import { howToWrite, type To } from '../records/standard.ts';
import type { Used } from '../store.ts';
import { parseFilterTemplate, withoutTemplates } from '../templates/asked.ts';
import { connectionsOf, type Described, describeAll, fieldOf, placeIn } from './asking.ts';
import { checkAllNames } from './names.ts';

export type CheckServices = { sessions: Sessions; sandbox: Sandbox };

/**
 * Looks whether everything that a workflow names is there: connections, objects, fields, transforms,
 * syncs, channels, the variables of its templates. Answers what it uses.
 * @throws AppError 400 that names the member, 403
 */
export async function checkDefinition(
  ctx: OutsideContext,
  services: CheckServices,
  definition: Definition,
  origin: TypedOrigin | null,
): Promise<Used[]> {
  const placed = placedOf(definition);
  const connections = await connectionsOf(ctx, services.sessions, placed);
  await checkCode(ctx, services.sandbox, placed);
  await checkSyncs(ctx, services.sessions, placed);
  // What an event tells of a record is no record of the object.
  const seen = origin?.type === 'event' ? null : origin;
  const described = await describeAll(services.sessions, [
    ...objectsOf(placed, connections),
    ...(await originOf(ctx, seen)),
  ]);
  for (const one of placed) checkFields(one, described, connections);
  const { connection_id = null, object = null } = seen ?? {};
  const given = connection_id && object ? described.get(placeIn(connection_id, object)) : undefined;
  checkAllNames(placed, {
    object: origin?.object ?? null,
    fields: given?.fields.map(({ name }) => name),
  });
  await checkNotices(ctx, services.sessions, placed);
  return usedBy(placed);
}

async function originOf(ctx: OutsideContext, origin: TypedOrigin | null) {
  const { connection_id: id, object } = origin ?? {};
  const connection = id ? await selectConnection(ctx.db, ctx.organization, id) : undefined;
  return connection && object ? [{ connection, object, field: 'trigger.object' }] : [];
}

function objectsOf(placed: readonly Placed[], connections: ReadonlyMap<string, ConnectionRow>) {
  return placed.flatMap(({ path, action: { type, connection_id: id, object } }) => {
    const connection = id ? connections.get(id) : undefined;
    const isOfRecords = type === 'write' || type === 'query';
    if (!connection || !object || !isOfRecords) return [];
    return [{ connection, object, field: `${fieldOf(path)}.object` }];
  });
}

/** The fields of the other system that an action names. @throws AppError 400 */
function checkFields(
  { path, action }: Placed,
  described: Described,
  connections: ReadonlyMap<string, ConnectionRow>,
): void {
  const { connection_id: id, object, type, fields, key, filter } = action;
  const known = id && object ? described.get(placeIn(id, object)) : undefined;
  const place = fieldOf(path);
  if (fields !== undefined && Array.isArray(fields) !== (type === 'query')) {
    const rule = type === 'query' ? 'must be a list of names.' : 'must be an object of values.';
    throw invalid(`${place}.fields`, rule, 'type');
  }
  if (!known) return;
  const names = known.fields.map(({ name }) => name);
  const require = (name: string, member: string) => {
    if (matchName(names, name) !== undefined) return;
    const near = nearest(name, names);
    const meant = near.length > 0 ? `; did you mean ${near.join(' or ')}?` : '.';
    throw invalid(`${place}.${member}`, `there is no field ${name} in ${known.name}${meant}`);
  };
  for (const name of Array.isArray(fields) ? fields : Object.keys(fields ?? {})) {
    require(name, 'fields');
  }
  for (const name of [key ?? []].flat()) require(name, 'key');
  const { provider = '' } = connections.get(id ?? '') ?? {};
  if (type === 'write' && fields)
    checkWay(action, { provider, object: known.name, ...known }, place);
  if (type !== 'query' || !filter) return;
  const template = parseFilterTemplate(filter, `${place}.filter`);
  checkFilter(withoutTemplates(template), known.fields);
}

/** Whether a record could be found again. @throws AppError 400 */
function checkWay({ operation, key, fields }: Action, to: To, place: string): void {
  const said = { operation, key: key === undefined ? undefined : [key].flat() };
  const way = howToWrite(said, to, Object.keys(fields ?? {}));
  if ('problem' in way) throw invalid(`${place}.key`, way.problem, 'required');
}

async function checkCode(ctx: OutsideContext, sandbox: Sandbox, placed: readonly Placed[]) {
  const { organization } = ctx;
  for (const { path, action } of placed) {
    const { transform_id: id, config } = action;
    if (id && !(await selectTransform(ctx.db, organization, id))) {
      throw invalid(`${fieldOf(path)}.transform_id`, `there is no transform ${id}.`);
    }
    if (!config?.jsonata) continue;
    const complaint = await sandbox.check({ organization, type: 'jsonata', code: config.jsonata });
    if (!complaint) continue;
    const { message, line, column } = complaint;
    const rule = `line ${line}, column ${column}: ${message}.`;
    throw invalid(`${fieldOf(path)}.config.jsonata`, rule);
  }
}

async function checkSyncs(ctx: OutsideContext, { providers }: Sessions, placed: readonly Placed[]) {
  for (const { path, action } of placed) {
    if (!action.sync_id) continue;
    const sync = await selectSync(ctx.db, ctx.organization, action.sync_id);
    const field = `${fieldOf(path)}.sync_id`;
    if (!sync) throw invalid(field, `there is no sync ${action.sync_id}.`);
    await requireUseOfEnds(ctx, providers, sync.settings);
  }
}

async function checkNotices(ctx: OutsideContext, sessions: Sessions, placed: readonly Placed[]) {
  for (const { path, action } of placed) {
    if (action.type !== 'notify' && action.type !== 'approval') continue;
    const given = action.type === 'approval' ? { ...action, channel: 'threads' as const } : action;
    const place = fieldOf(path);
    const notice = await resolveNotice(ctx, given, place);
    try {
      await checkNotice(ctx, sessions, notice, place);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
    }
    if (action.by) await checkAnswerers(ctx, action.by, `${place}.by`);
  }
}

export function usedBy(placed: readonly Placed[]): Used[] {
  const used = placed.flatMap(({ action }): Used[] => [
    ...(action.connection_id ? [{ kind: 'connection' as const, id: action.connection_id }] : []),
    ...(action.transform_id ? [{ kind: 'transform' as const, id: action.transform_id }] : []),
    ...(action.sync_id ? [{ kind: 'sync' as const, id: action.sync_id }] : []),
  ]);
  return [...new Map(used.map((one) => [`${one.kind} ${one.id}`, one])).values()];
}
