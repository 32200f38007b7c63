import type { In } from '../../../contract/endpoint.ts';
import type { connections } from '../../../contract/sync/connections.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Description, Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { found } from '../conventions/found.ts';
import { answerPage } from '../conventions/lists.ts';
import { toJson } from '../values/json.ts';
import { spell } from '../values/spelling.ts';
import { requireUse, type Use } from './own.ts';
import { outward, type Sessions } from './sessions.ts';
import { selectConnection } from './store.ts';

type Of<Name extends keyof typeof connections> = In<typeof connections, Name>;

const askSeconds = 30;

export const listObjects =
  (sessions: Sessions) => async (ctx: OutsideContext, input: Of<'listObjects'>) => {
    const { params, query } = input;
    const { q, cursor, limit = 100 } = query;
    const names = await asking(
      ctx,
      sessions,
      { connection: params.connection, use: {} },
      (session) =>
        session.objects({
          ...(q === undefined ? {} : { search: q }),
          ...(cursor === undefined ? {} : { after: cursor }),
          limit: limit + 1,
        }),
    );
    const path = `/v1/connections/${params.connection}/objects`;
    return answerPage(ctx, { path, query }, names, { show: (one) => one, key: ({ name }) => name });
  };

/** @throws AppError not_found (404), upstream_error (502) */
export const getObject =
  (sessions: Sessions) =>
  async (ctx: OutsideContext, { params, query }: Of<'getObject'>) => {
    const { sample = 0 } = query;
    const { connection, object } = params;
    const use: Use = { object, ...(sample > 0 ? { act: 'read' } : {}) };
    return asking(ctx, sessions, { connection, use }, async (session) => {
      const described = await session.describe(params.object).catch((error) => {
        const isMissing = error instanceof ConnectorError && error.kind === 'missing';
        throw isMissing ? new AppError('not_found', { message: error.message }) : error;
      });
      const shown = showObject(described);
      if (sample === 0) return shown;
      const { fields, rows } = await session.query({ object: described.name, limit: sample });
      const records = rows.map((row) =>
        Object.fromEntries(
          fields.map(({ name, type }, nth) => [name, toJson(type, row[nth] ?? null)]),
        ),
      );
      return { ...shown, sample: records };
    });
  };

function showObject({ name, fields, key, cursorFields }: Description) {
  return {
    name,
    fields: fields.map((field) => ({
      name: field.name,
      type: spell(field.type),
      native_type: field.nativeType,
      nullable: field.isNullable,
      writable: field.isWritable,
      primary_key: key.includes(field.name),
    })),
    primary_key: [...key],
    cursor_fields: [...cursorFields],
  };
}

async function asking<T>(
  ctx: OutsideContext,
  sessions: Sessions,
  { connection, use }: { connection: string; use: Use },
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const row = found(await selectConnection(ctx.db, ctx.organization, connection));
  await requireUse(ctx, sessions.providers, row, use);
  try {
    return await sessions.use(row, AbortSignal.timeout(askSeconds * 1000), work);
  } catch (error) {
    throw outward(error);
  }
}
