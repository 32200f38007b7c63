import type { In } from '../../../contract/endpoint.ts';
import type { transforms } from '../../../contract/sync/transforms.ts';
import { record } from '../../platform/audit/record.ts';
import type { OutsideContext, ReadContext, WriteContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { found } from '../conventions/found.ts';
import { newId } from '../conventions/ids.ts';
import { inUse } from '../conventions/in-use.ts';
import { answerPage, pageOf } from '../conventions/lists.ts';
import type { Json } from '../values/types.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import {
  deleteTransform as deleteRow,
  insertTransform,
  lockTransform,
  selectTransform,
  selectTransforms,
  selectUsersOfTransform,
  type TransformRow,
  updateTransform,
} from './store.ts';

type Of<Name extends keyof typeof transforms> = In<typeof transforms, Name>;

export async function listTransforms(ctx: ReadContext, { query }: Of<'listTransforms'>) {
  const rows = await selectTransforms(ctx.db, ctx.organization, pageOf(query));
  const shown = { show, key: ({ id }: TransformRow) => id };
  return answerPage(ctx, { path: '/v1/transforms', query }, rows, shown);
}

/** @throws AppError not_found (404) */
export async function getTransform(ctx: ReadContext, { params }: Of<'getTransform'>) {
  return show(found(await selectTransform(ctx.db, ctx.organization, params.transform)));
}

/** @throws AppError 400 for code that cannot be parsed, with line and column */
export const createTransform =
  (sandbox: Sandbox) =>
  async (ctx: OutsideContext, { body }: Of<'createTransform'>) => {
    await checkCode(sandbox, ctx.organization, body);
    return ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      const row = await insertTransform(tx, organization, { id: newId('transform'), ...body }, now);
      await record(within, 'transform.create', row.id, []);
      return show(row);
    });
  };

/** Whoever changes what code does could read what it is given. @throws AppError 400, 403, not_found (404) */
export const changeTransform =
  (sandbox: Sandbox, requireUseOfCode: (ctx: WriteContext, id: string) => Promise<void>) =>
  async (ctx: OutsideContext, { params, body }: Of<'putTransform'>) => {
    const before = found(await selectTransform(ctx.db, ctx.organization, params.transform));
    const given = {
      name: body.name?.trim() || undefined,
      type: body.type ?? undefined,
      code: body.code ?? undefined,
    };
    const { type = before.type, code = before.code } = given;
    if (given.type || given.code) await checkCode(sandbox, ctx.organization, { type, code });
    return ctx.transaction(async (within) => {
      const { tx, organization, now } = within;
      const { name, ...row } = found(await lockTransform(tx, organization, before.id));
      if (type !== row.type || code !== row.code) await requireUseOfCode(within, row.id);
      const changed = { ...row, name: given.name ?? name, type, code };
      await record(within, 'transform.change', row.id, []);
      return show(await updateTransform(tx, organization, changed, now));
    });
  };

/** @throws AppError not_found (404), in_use (409) */
export async function deleteTransform(ctx: WriteContext, { params }: Of<'deleteTransform'>) {
  const { tx, organization } = ctx;
  const { id } = found(await lockTransform(tx, organization, params.transform));
  if (!(await deleteRow(tx, organization, id))) {
    const users = await selectUsersOfTransform(tx, organization, id);
    throw inUse(users, 'take it out of these syncs and workflows first.');
  }
  await record(ctx, 'transform.delete', id, []);
  return undefined;
}

/** @throws AppError not_found (404) */
export const testTransform =
  (sandbox: Sandbox) =>
  async (ctx: OutsideContext, { params, body }: Of<'testTransform'>) => {
    const { organization } = ctx;
    const { id, version, type, code } = found(
      await selectTransform(ctx.db, organization, params.transform),
    );
    const key = `${id} ${version}`;
    const records = body.records as Json[];
    const tested = await sandbox.run({ organization, key, type, code, records });
    return {
      results: tested.outcomes.map((outcome, index) => ({
        index,
        records: ('records' in outcome ? outcome.records : []) as Record<string, unknown>[],
        error: 'error' in outcome ? outcome.error : null,
      })),
      console: tested.console,
      duration_ms: Math.round(tested.durationMs),
    };
  };

function show({ id, name, type, code, version, created_at, updated_at }: TransformRow) {
  const times = { created_at: created_at.toISOString(), updated_at: updated_at.toISOString() };
  return { id, name, type, code, version, ...times };
}

async function checkCode(
  sandbox: Sandbox,
  organization: number,
  { type, code }: Pick<TransformRow, 'type' | 'code'>,
): Promise<void> {
  const complaint = await sandbox.check({ organization, type, code });
  if (!complaint) return;
  const { message, line, column } = complaint;
  throw invalid('code', `line ${line}, column ${column}: ${message}.`);
}
