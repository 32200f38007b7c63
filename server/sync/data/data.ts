import type { In } from '../../../contract/endpoint.ts';
import type { data } from '../../../contract/sync/data.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { asking } from '../connections/asking.ts';
import type { Sessions } from '../connections/sessions.ts';
import { parseFilter } from '../filters/parse.ts';
import { noteCaused } from './caused.ts';
import { queryRecords, writeRecords } from './records.ts';

type Of<Name extends keyof typeof data> = In<typeof data, Name>;

const actsOf = {
  insert: ['insert'],
  upsert: ['insert', 'update'],
  update: ['update'],
  delete: ['delete'],
} as const;

/** A page of records. @throws AppError 400, not_found (404), upstream_error (502) */
export const queryData =
  (sessions: Sessions) =>
  async (ctx: OutsideContext, { params, body }: Of<'queryData'>) => {
    // What cannot be understood is said before anybody is asked.
    const filter = body.filter ? parseFilter(body.filter) : undefined;
    const use = { object: body.object, act: 'read' } as const;
    return asking(ctx, sessions, { id: params.connection, uses: [use] }, async (session) => {
      const { page } = await queryRecords(session, { ...body, filter });
      return page;
    });
  };

/** Each record has its own result. @throws AppError 400, not_found (404), upstream_error (502) */
export const writeData =
  (sessions: Sessions) =>
  async (ctx: OutsideContext, { params, body }: Of<'writeData'>) => {
    const uses = actsOf[body.operation].map((act) => ({ object: body.object, act }));
    return asking(ctx, sessions, { id: params.connection, uses }, async (session) => {
      const described = await session.describe(body.object);
      const key = body.key ? [body.key].flat() : undefined;
      const depth = ctx.depth ?? 0;
      const asked = { operation: body.operation, key, depth };
      const written = { connectionId: params.connection, described, key, records: body.records };
      await noteCaused(ctx, sessions, written);
      const outcomes = await writeRecords(session, described, asked, body.records);
      const results = outcomes.map(({ id, error }, index) => {
        const status = error === undefined ? ('ok' as const) : ('error' as const);
        return { index, status, id: id ?? null, error: error ?? null };
      });
      const failed = results.filter(({ status }) => status === 'error').length;
      return { results, succeeded: results.length - failed, failed };
    });
  };
