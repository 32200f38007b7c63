import type { Db, Tx } from '../../runtime/database/database.ts';

/** A stored file; products refer to it by the key of its content. */
export type FileRow = {
  content_key: string;
  name: string;
  mime_type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  thumbnail_key: string | null;
  thumbnail_bytes: number | null;
  /** When its thumbnail is due; null: nothing is to be drawn. */
  draw_at: Date | null;
};

/** Of `platform.file f`: what is sent and shown of a file. */
export const fileColumns = `f.content_key, f.name, f.mime_type, f.bytes, f.width, f.height,
  f.thumbnail_key, f.thumbnail_bytes, f.draw_at`;

export async function insertFile(
  tx: Tx,
  organization: number,
  file: FileRow,
  now: Date,
): Promise<void> {
  await tx.rows(
    `insert into platform.file (organization_id, content_key, name, mime_type, bytes, width, height,
       thumbnail_key, thumbnail_bytes, draw_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      organization,
      file.content_key,
      file.name,
      file.mime_type,
      file.bytes,
      file.width,
      file.height,
      file.thumbnail_key,
      file.thumbnail_bytes,
      file.draw_at,
      now,
    ],
  );
}

export type DeletedFile = {
  organization_id: number;
  content_key: string;
  thumbnail_key: string | null;
};

/** Files that no product has any more, of any organization. */
export async function selectDeleted(db: Db, limit: number): Promise<DeletedFile[]> {
  return db.rows<DeletedFile>(
    `select organization_id, content_key, thumbnail_key from platform.file
     where deleted_at is not null order by organization_id, content_key limit $1`,
    [limit],
  );
}

export async function deleteFile(tx: Tx, organization: number, contentKey: string): Promise<void> {
  await tx.rows('delete from platform.file where organization_id = $1 and content_key = $2', [
    organization,
    contentKey,
  ]);
}
