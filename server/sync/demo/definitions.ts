import { record } from '../../platform/audit/record.ts';
import type { WriteContext } from '../../platform/context.ts';
import type { Agent } from '../../platform/objects.ts';
import type { Sessions } from '../connections/sessions.ts';
import { insertConnection } from '../connections/store.ts';
import { newId } from '../conventions/ids.ts';
import { createSync } from '../syncs/syncs.ts';
import { insertTransform } from '../transforms/store.ts';
import { olderSystem, referralSheet, sheets, warehouse } from './places.ts';

/** The ids of what was made. */
export type Made = {
  connections: Record<'older' | 'sheets' | 'warehouse', string>;
  syncs: Record<'invoices' | 'contacts' | 'referrals' | 'recalls', string>;
};

const tidying = `// Names as people write them, and phone numbers as machines do.
const titled = (text) =>
  text.trim().toLowerCase().replace(/(^|[\\s'-])\\p{L}/gu, (letter) => letter.toUpperCase());

module.exports = (record) => ({
  ...record,
  first_name: titled(record.first_name),
  last_name: titled(record.last_name),
  phone: \`+1\${record.phone.replace(/[^0-9]/g, '').slice(-10)}\`,
});
`;

/** Three connections, a transform and four syncs. */
export async function defineAll(ctx: WriteContext, sessions: Sessions): Promise<Made> {
  const connect = connecting(ctx, sessions);
  const connections = {
    older: await connect('sqlite', 'Older practice system', { path: olderSystem }),
    sheets: await connect('files', 'Referral sheets', {
      path: sheets,
      columns: { referred_on: 'date', fee: 'numeric(10,2)' },
    }),
    warehouse: await connect('sqlite', 'Practice warehouse', { path: warehouse }),
  };
  const transform = await tidy(ctx);
  const { older, sheets: from, warehouse: to } = connections;
  const make = making(ctx, sessions, to);
  const syncs = {
    invoices: await make('Invoices to the warehouse', older, 'invoices', 'invoices', {
      schedule: '*/15 * * * *',
      timezone: 'America/Chicago',
      cursor_field: 'updated_at',
    }),
    contacts: await make('Contacts, tidied', older, 'patients', 'contacts', {
      transforms: [transform],
    }),
    referrals: await make('Referrals from the sheet', from, referralSheet, 'referrals', {
      key: ['referral_id'],
    }),
    recalls: await make('Recalls, mirrored', older, 'recalls', 'recalls', { mode: 'mirror' }),
  };
  return { connections, syncs };
}

/** Makes connections that need no credentials. */
export function connecting(ctx: WriteContext, sessions: Sessions) {
  return async (
    provider: string,
    name: string,
    config: Record<string, unknown>,
    agent: Agent | null = null,
  ) => {
    const id = newId('connection');
    const sealed_credentials = sessions.seal(id, {});
    const sealed = { sealed_credentials, agent, health_message: null };
    const of = { provider, provider_version: null };
    const row = { id, ...of, name, config, ...sealed, status: 'active' } as const;
    await insertConnection(ctx.tx, ctx.organization, row, ctx.now);
    await record(ctx, 'connection.create', id, []);
    return id;
  };
}

async function tidy(ctx: WriteContext): Promise<string> {
  const transform = {
    id: newId('transform'),
    name: 'Tidy contacts',
    type: 'javascript',
    code: tidying,
  } as const;
  await insertTransform(ctx.tx, ctx.organization, transform, ctx.now);
  await record(ctx, 'transform.create', transform.id, []);
  return transform.id;
}

type Body = Parameters<ReturnType<typeof createSync>>[1]['body'];

function making(ctx: WriteContext, { providers }: Sessions, to: string) {
  const create = createSync({ providers, isLenient: false });
  return async (
    name: string,
    from: string,
    object: string,
    table: string,
    settings: Partial<Body>,
  ) => {
    const ends = {
      source: { connection_id: from, object },
      destination: { connection_id: to, table },
    };
    return (await create(ctx, { params: {}, query: {}, body: { ...settings, ...ends, name } })).id;
  };
}
