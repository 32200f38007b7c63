import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { record } from '../../platform/audit/record.ts';
import type { UploadContext, WriteContext } from '../../platform/context.ts';
import type { Spool } from '../../platform/files/spool.ts';
import type { ArrivingFile } from '../../runtime/http/form.ts';
import { findActor, takeNumber } from '../users/users.ts';
import type { Drawing } from './drawing/drawing.ts';
import { isImage, recognize } from './kinds.ts';
import { fileName } from './names.ts';
import { requireQuota, requireTurn } from './quota/quota.ts';
import { type FileRow, insertFile } from './store.ts';
import type { Pixels } from './video/pixels.ts';
import { measureVideo } from './video/video.ts';

/** What a form has around its file, at most, when it is nobody's trick. */
const aroundBytes = 4_096;
const keptMilliseconds = 7 * 24 * 3600 * 1000;

/** A file that has arrived and was looked at, on the disk of this machine. */
export type Draft = Omit<FileRow, 'id'> & { content: string };

export async function uploadFile(ctx: UploadContext, drawing: Drawing) {
  const file = await keepUpload(ctx, drawing);
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
  const file = await keepUpload(ctx, drawing);
  const { id, name, mime_type, bytes, width, height } = file;
  return { file: { file_id: String(id), name, mime_type, bytes, width, height } };
}

/** Until when a file is kept that no post shows. */
export function keptUntil(now: Date): Date {
  return new Date(now.getTime() + keptMilliseconds);
}

/**
 * The row comes before the content: should this process die in between, there is a row that nobody
 * knows of, which goes after its time, and never a content that nothing tells of. The thumbnail comes
 * later.
 */
async function keepUpload(ctx: UploadContext, drawing: Drawing): Promise<FileRow> {
  const { files, form, organization } = ctx;
  const announced = Math.min(form.announcedBytes, files.bytesMax);
  await ctx.transaction((ctx) => admitFile(ctx, announced));
  const place = { ...files, measure: (path: string) => drawing.measure(organization, path) };
  const keep = async (folder: string) => {
    const draft = await form.file('data', files.bytesMax, (file) =>
      receiveFile({ ...place, folder }, file),
    );
    const row = await ctx.transaction((ctx) => registerUpload(ctx, draft, drawing.leaseEnd()));
    await files.store.put(draft.content_key, draft.content);
    if (row.draw_at) await drawing.want(organization, row.id);
    return row;
  };
  return files.spool.use(keep, announced);
}

/** @throws AppError storage_full (507), too_many_requests (429) */
async function admitFile(ctx: WriteContext, announced: number): Promise<void> {
  await requireQuota(ctx, Math.max(1, announced - aroundBytes));
  await requireTurn(ctx);
}

async function registerUpload(ctx: WriteContext, draft: Draft, leaseEnd: Date) {
  const { id } = await findActor(ctx, ctx.tx);
  const draw_at = isImage(draft.mime_type) ? leaseEnd : null;
  const row = await registerFile(ctx, id, { ...draft, draw_at });
  // Of all that come at once, too: whoever has added a file holds the sum until the commit.
  await requireQuota(ctx);
  return row;
}

type Place = { spool: Spool; folder: string; measure: (path: string) => Promise<Pixels> };

/**
 * Takes a file into a folder, and finds out what it is. @throws AppError 400, 413, 415, 507
 */
export async function receiveFile(
  { spool, folder, measure }: Place,
  { name, content }: ArrivingFile,
): Promise<Draft> {
  const { kind, content: whole } = await recognize(content);
  const path = join(folder, 'content');
  await spool.fill(path, whole);
  const { size: bytes } = await stat(path);
  const { mimeType, ending } = kind;
  const pixels = isImage(mimeType) ? await measure(path) : await measureVideo(path, mimeType);
  return {
    name: fileName(name, ending),
    mime_type: mimeType,
    bytes,
    width: pixels?.width ?? null,
    height: pixels?.height ?? null,
    content: path,
    content_key: newKey(),
    thumbnail_key: null,
    thumbnail_bytes: null,
    draw_at: null,
  };
}

/** Nobody can guess it, and nothing of the file is in it. */
export function newKey(): string {
  return randomBytes(20).toString('hex');
}

export async function registerFile(
  ctx: WriteContext,
  uploaderId: number,
  { content: _, ...draft }: Draft,
): Promise<FileRow> {
  const { tx, organization, now } = ctx;
  const row = { ...draft, id: await takeNumber(tx, organization, 'file') };
  await insertFile(tx, organization, { ...row, uploaderId, now, keepUntil: keptUntil(now) });
  await record(ctx, 'file.upload', String(row.id), []);
  return row;
}
