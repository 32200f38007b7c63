import { record } from '../../platform/audit/record.ts';
import type { UploadContext, WriteContext } from '../../platform/context.ts';
import type { Drawing } from '../../platform/uploads/drawing/drawing.ts';
import { type Draft, keepUpload, storeFile } from '../../platform/uploads/uploading.ts';
import { takeNumber } from '../names/names.ts';
import { findActor } from '../users/users.ts';
import { insertFile } from './store.ts';

const keptMilliseconds = 7 * 24 * 3600 * 1000;

export async function uploadFile(ctx: UploadContext, drawing: Drawing) {
  const file = await keepUpload(ctx, drawing, registerUpload);
  const result = {
    fileID: String(file.id),
    fileURL: `${ctx.origin}/files/${file.id}`,
    mimeType: file.mime_type,
    bytes: file.bytes,
    width: file.width,
    height: file.height,
  };
  return { ok: true as const, result };
}

/** The same for the website. */
export async function addFile(ctx: UploadContext, drawing: Drawing) {
  const file = await keepUpload(ctx, drawing, registerUpload);
  const { id, name, mime_type, bytes, width, height } = file;
  return { file: { file_id: String(id), name, mime_type, bytes, width, height } };
}

/** Until when a file that is in no post is kept. */
export function keptUntil(now: Date): Date {
  return new Date(now.getTime() + keptMilliseconds);
}

async function registerUpload(ctx: WriteContext, draft: Draft) {
  const { id } = await findActor(ctx, ctx.tx);
  return registerFile(ctx, id, draft);
}

/** Gives a stored file its id. */
export async function registerFile(
  ctx: WriteContext,
  uploaderId: number,
  draft: Draft,
): Promise<{ id: number }> {
  const { tx, organization, now } = ctx;
  const id = await takeNumber(tx, organization, 'file');
  await storeFile(ctx, draft);
  const { content_key: contentKey } = draft;
  await insertFile(tx, organization, { id, uploaderId, contentKey, keepUntil: keptUntil(now) });
  await record(ctx, 'file.upload', String(id), []);
  return { id };
}
