import type { EventType } from '../../../../contract/events.ts';
import type { Db, Tx } from '../../database/database.ts';
import type { SealedColumn } from '../../secrets/rotation.ts';
import type { Place } from '../position.ts';

const post = ['blocks', 'plain', 'body', 'mentions', 'files', 'text'];
const patient = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'message',
  'guardian_name',
  'zip_code',
  'dob',
];

/** What events of earlier versions have and those of today have not. */
const surplus = [
  ...['thread', 'comment', 'message'].flatMap((noun) => [
    { type: `${noun}.posted`, members: post },
    { type: `${noun}.edited`, members: post },
  ]),
  { type: 'patient.created', members: patient },
];

/** Whether there may be events of earlier versions that tell too much. */
export async function selectStripping(db: Db): Promise<boolean> {
  const rows = await db.rows(`select from platform.setting where name = 'events_to_strip'`);
  return rows.length > 0;
}

export async function deleteStripping(tx: Tx): Promise<void> {
  await tx.rows(`delete from platform.setting where name = 'events_to_strip'`);
}

export type Stripped = {
  seen: number;
  stripped: number;
  /** The last event that was looked at; null when there was none. */
  last: Place | null;
};

/** Strips events that follow a place in the log. */
export async function updateStripped(tx: Tx, from: Place, limit: number): Promise<Stripped> {
  const [row] = await tx.rows<Stripped>(
    `with seen as materialized (
       select ctid as at, transaction, sequence, type from platform.event
       where (transaction, sequence) > ($1::xid8, $2::bigint)
       order by transaction, sequence limit $3),
     stripped as (
       update platform.event e set data = e.data - s.members
       from jsonb_to_recordset($4::jsonb) as s (type text, members text[])
       where e.ctid = any(array(select at from seen)) and s.type = e.type and e.data ?| s.members
       returning e.sequence)
     select (select count(*) from seen)::int as seen,
       (select count(*) from stripped)::int as stripped,
       (select jsonb_build_object('transaction', transaction::text, 'sequence', sequence)
        from seen order by transaction desc, sequence desc limit 1) as last`,
    [from.transaction, from.sequence, limit, JSON.stringify(surplus)],
  );
  return row as Stripped;
}

/** Takes what is sealed out of the events that tell of somebody or something. */
export async function updateForgotten(tx: Tx, organization: number, about: string): Promise<void> {
  await tx.rows(
    `update platform.event set data = data - 'sealed'
     where organization = $1 and data ->> 'about' = $2 and data ? 'sealed'`,
    [organization, about],
  );
}

const sealedAtOnce = 200;

/** What events of these types have sealed for a context. */
export function sealedEventColumn(types: readonly EventType[], context: string): SealedColumn {
  return {
    name: 'platform.event',
    async selectBatch(tx, key) {
      const [transaction, sequence] = key === '' ? ['0', '0'] : key.split(' ');
      const rows = await tx.rows<{ key: string; sealed: string }>(
        `select transaction || ' ' || sequence as key, data ->> 'sealed' as sealed
         from platform.event
         where (transaction, sequence) > ($1::xid8, $2::bigint)
           and data ->> 'sealed' is not null and type = any($3)
         order by transaction, sequence limit $4 for update`,
        [transaction, sequence, types, sealedAtOnce],
      );
      return rows.map(({ key, sealed }) => ({
        ...{ key, context },
        sealed: Buffer.from(sealed, 'base64'),
      }));
    },
    async update(tx, { key, sealed }) {
      const [transaction, sequence] = key.split(' ');
      await tx.rows(
        `update platform.event set data = jsonb_set(data, '{sealed}', to_jsonb($3::text))
         where transaction = $1::xid8 and sequence = $2::bigint`,
        [transaction, sequence, sealed.toString('base64')],
      );
    },
  };
}
