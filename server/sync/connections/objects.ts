import type { In } from '../../../contract/endpoint.ts';
import type { connections } from '../../../contract/sync/connections.ts';
import type { OutsideContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Description, Session } from '../connectors/connector.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { recordOf } from '../connectors/records.ts';
import type { Relation } from '../connectors/relations.ts';
import { answerPage } from '../conventions/lists.ts';
import { spell } from '../values/spelling.ts';
import { asking } from './asking.ts';
import type { Use } from './own.ts';
import type { Sessions } from './sessions.ts';

type Of<Name extends keyof typeof connections> = In<typeof connections, Name>;

export const listObjects =
  (sessions: Sessions) => async (ctx: OutsideContext, input: Of<'listObjects'>) => {
    const { params, query } = input;
    const { q, cursor, limit = 100 } = query;
    const names = await asking(ctx, sessions, { id: params.connection, uses: [{}] }, (session) =>
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
    return asking(ctx, sessions, { id: connection, uses: [use] }, async (session) => {
      const described = await describeOne(session, object);
      const relations = (await session.relations?.(described.name)) ?? [];
      const shown = { ...showObject(described), relations: relations.map(showRelation) };
      if (sample === 0) return shown;
      const { fields, rows } = await session.query({ object: described.name, limit: sample });
      return { ...shown, sample: rows.map((row) => recordOf(fields, row)) };
    });
  };

/** @throws AppError not_found (404) */
export async function describeOne(session: Session, object: string): Promise<Description> {
  return session.describe(object).catch((error) => {
    const isMissing = error instanceof ConnectorError && error.kind === 'missing';
    throw isMissing ? new AppError('not_found', { message: error.message }) : error;
  });
}

function showRelation({ fields, object, references }: Relation) {
  return { fields: [...fields], object, references: [...references] };
}

function showObject({ name, fields, key, cursorFields }: Description) {
  return {
    name,
    fields: fields.map((field) => ({
      name: field.name,
      label: field.label ?? null,
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
