import type { Tx } from '../../../runtime/database/database.ts';

export type DueFile = {
  organization_id: number;
  content_key: string;
  thumbnail_key: string | null;
  draws: number;
};

/**
 * Claims the next picture that is due until a time, of the organization that was served longest
 * ago: nobody else draws it meanwhile.
 */
export async function claimFile(tx: Tx, now: Date, until: Date): Promise<DueFile | undefined> {
  const [row] = await tx.rows<DueFile>(
    `with due as (
       select f.organization_id, f.content_key
       from platform.file f join platform.storage s on s.organization_id = f.organization_id
       where f.draw_at <= $1 and f.deleted_at is null
       order by s.drawn_at nulls first, f.draw_at, f.content_key limit 1
       for update of f skip locked)
     update platform.file f set draw_at = $2, draws = f.draws + 1
     from due where f.organization_id = due.organization_id and f.content_key = due.content_key
     returning f.organization_id, f.content_key, f.thumbnail_key, f.draws`,
    [now, until],
  );
  if (row) {
    await tx.rows(
      `update platform.storage set drawn_at = clock_timestamp() where organization_id = $1`,
      [row.organization_id],
    );
  }
  return row;
}

export async function updateDue(tx: Tx, organization: number, key: string, at: Date) {
  await tx.rows(
    'update platform.file set draw_at = $3 where organization_id = $1 and content_key = $2',
    [organization, key, at],
  );
}

/** The last attempt does not count. */
export async function decrementDraws(tx: Tx, organization: number, key: string): Promise<void> {
  await tx.rows(
    'update platform.file set draws = draws - 1 where organization_id = $1 and content_key = $2',
    [organization, key],
  );
}

type Thumbnail = { key: string; bytes: number };

export async function updateThumbnail(tx: Tx, organization: number, key: string, drawn: Thumbnail) {
  await tx.rows(
    `update platform.file set thumbnail_key = $3, thumbnail_bytes = $4
     where organization_id = $1 and content_key = $2`,
    [organization, key, drawn.key, drawn.bytes],
  );
}

/** Nothing more is to be drawn. */
export async function settleFile(tx: Tx, organization: number, key: string): Promise<void> {
  await tx.rows(
    'update platform.file set draw_at = null where organization_id = $1 and content_key = $2',
    [organization, key],
  );
}
