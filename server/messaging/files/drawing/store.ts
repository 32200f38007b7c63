import type { Tx } from '../../../runtime/database/database.ts';

export type DueFile = {
  organization_id: number;
  id: number;
  content_key: string;
  thumbnail_key: string | null;
  draws: number;
};

/**
 * Takes what is due of the organization that was served longest ago, for so long that nobody else
 * draws it meanwhile.
 */
export async function claimFile(tx: Tx, now: Date, until: Date): Promise<DueFile | undefined> {
  const [row] = await tx.rows<DueFile>(
    `with due as (
       select f.organization_id, f.id
       from messaging.file f join messaging.storage s on s.organization_id = f.organization_id
       where f.draw_at <= $1 and f.deleted_at is null
       order by s.drawn_at nulls first, f.draw_at, f.id limit 1
       for update of f skip locked)
     update messaging.file f set draw_at = $2, draws = f.draws + 1
     from due where f.organization_id = due.organization_id and f.id = due.id
     returning f.organization_id, f.id, f.content_key, f.thumbnail_key, f.draws`,
    [now, until],
  );
  if (row) {
    await tx.rows(
      `update messaging.storage set drawn_at = clock_timestamp() where organization_id = $1`,
      [row.organization_id],
    );
  }
  return row;
}

export async function updateDue(tx: Tx, organization: number, id: number, at: Date) {
  await tx.rows('update messaging.file set draw_at = $3 where organization_id = $1 and id = $2', [
    organization,
    id,
    at,
  ]);
}

/** The last attempt does not count. */
export async function decrementDraws(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows(
    'update messaging.file set draws = draws - 1 where organization_id = $1 and id = $2',
    [organization, id],
  );
}

type Thumbnail = { key: string; bytes: number };

export async function updateThumbnail(tx: Tx, organization: number, id: number, drawn: Thumbnail) {
  await tx.rows(
    `update messaging.file set thumbnail_key = $3, thumbnail_bytes = $4
     where organization_id = $1 and id = $2`,
    [organization, id, drawn.key, drawn.bytes],
  );
}

/** Nothing more is to be drawn. */
export async function settleFile(tx: Tx, organization: number, id: number): Promise<void> {
  await tx.rows('update messaging.file set draw_at = null where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
}
