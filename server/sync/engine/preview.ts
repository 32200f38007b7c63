import type { In } from '../../../contract/endpoint.ts';
import type { syncs } from '../../../contract/sync/syncs.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { requireBoth } from '../connections/ceilings/both.ts';
import { outward, type Sessions } from '../connections/sessions.ts';
import { type ConnectionRow, selectConnection } from '../connections/store.ts';
import type { Plan, Session, WriteRequest } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { recordOf } from '../connectors/records.ts';
import { found } from '../conventions/found.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import { type SyncRow, selectSync } from '../syncs/store.ts';
import { requireUseOfEnds } from '../syncs/use.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { spell } from '../values/spelling.ts';
import { codesOf } from './assignment.ts';
import { readAs, typesAt } from './loose.ts';
import { type Keeping, Passage } from './passage.ts';
import { layRoute } from './planning.ts';
import { beginReading, closeReading } from './reading.ts';
import { readRequest, writeRequest } from './requests.ts';
import { Shaping } from './shaping.ts';
import { describeSource } from './source.ts';

const shownMax = 20;
const lookSeconds = 60;

type Services = {
  sessions: Sessions;
  sandbox: Sandbox;
  protectingKey(organization: number): Promise<Buffer>;
};
type Ends = { source: Session; destination: Session; signal: AbortSignal };

/**
 * The first records as they would be written, and what would be done to the destination; nothing is
 * written. @throws AppError 400, not_found (404), upstream_error (502)
 */
export const previewSync =
  (services: Services) =>
  async (ctx: OutsideContext, { params }: In<typeof syncs, 'previewSync'>) => {
    const sync = found(await selectSync(ctx.db, ctx.organization, params.sync));
    await requireUseOfEnds(ctx, services.sessions.providers, sync.settings);
    const [from, to] = [
      await connectionOf(ctx, sync.source_id, 'source'),
      await connectionOf(ctx, sync.destination_id, 'destination'),
    ];
    requireBoth(from, to);
    const signal = AbortSignal.timeout(lookSeconds * 1000);
    const { sessions } = services;
    try {
      return await sessions.use(from, signal, (source) =>
        sessions.use(to, signal, (destination) =>
          preview(services, ctx, sync, { source, destination, signal }),
        ),
      );
    } catch (error) {
      throw refusalOf(error);
    }
  };

async function preview(
  { sandbox, protectingKey }: Services,
  { organization, db }: OutsideContext,
  sync: SyncRow,
  { source, destination, signal }: Ends,
) {
  const definition = sync.settings;
  const own = await describeSource(source, definition, signal);
  const known = await typesAt(destination, definition, own);
  const described = readAs(own, definition, known);
  const route = layRoute(definition, described, sync.fields);
  const filter = parseFilters(definition.filters as (string | Condition)[]);
  const request = {
    ...readRequest(definition, route),
    batchBytes: 2 ** 20,
    batchRows: shownMax,
    signal,
  };
  const { reading, keep } = await beginReading(source, request, filter, described.fields);
  const first = await reading.batches[Symbol.asyncIterator]().next();
  await closeReading(reading);
  const shaping = new Shaping(route, keep, await protectingKey(organization));
  const rejected: { index: number | null; reason: string }[] = [];
  const aside: Keeping = {
    refuse: async (_rows, _fields, refused) =>
      void rejected.push(
        ...refused.map(({ index, reason, said }) => ({ index, reason: said ?? reason })),
      ),
    setAside: async (unread) =>
      void rejected.push(...unread.map((one) => ({ ...one, index: null }))),
  };
  const codes = await codesOf(db, organization, definition);
  const services = { sandbox, organization, signal };
  const passage = new Passage(services, codes, { shaping, aside, route: { ...route, known } });
  const passed = first.done ? undefined : await passage.pass(first.value);
  if (passed) await passage.keepRefused(passed);
  const { fields } = passage;
  const plan = await planOf(destination, sync, { ...route, fields, signal });
  return {
    records: (passed?.batch.rows ?? []).map((row) => recordOf(fields, row)),
    fields: fields.map(({ name, type }) => ({ name, type: spell(type) })),
    rejected: rejected.map(({ index, reason }) => ({ index, reason })),
    statements: [...plan.statements],
    skipped: [...plan.skipped],
    drift: [...route.drift],
  };
}

/** What would be done to the destination before the first record. */
async function planOf(
  destination: Session,
  { id, settings }: SyncRow,
  route: Pick<WriteRequest, 'fields' | 'key' | 'mode' | 'signal'>,
): Promise<Plan> {
  const writer = await destination.write({
    ...writeRequest(settings, route, route.fields),
    state: { syncId: id, runId: 'preview', fence: 0 },
    isAnew: false,
    signal: route.signal,
  });
  await writer.close();
  return writer.plan;
}

async function connectionOf(
  { db, organization }: OutsideContext,
  id: string,
  end: string,
): Promise<ConnectionRow> {
  const row = await selectConnection(db, organization, id);
  if (!row) throw invalid(`${end}.connection_id`, `there is no connection ${id} any more.`);
  return row;
}

/** The fields of a request to a system are none of a preview. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof ConnectorError)) return error;
  if (error.kind === 'missing') return invalid('source.object', error.message);
  return error.kind === 'request' ? invalid('sync', error.message) : outward(error);
}
