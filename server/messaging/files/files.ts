import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { record } from '../../platform/audit/record.ts';
import type { UploadContext, WriteContext } from '../../platform/context.ts';
import type { FileStore } from '../../platform/files/file-store.ts';
import type { ArrivingFile } from '../../runtime/http/form.ts';
import { findActor, takeNumber } from '../users/users.ts';
import { isImage, type Kind, recognize } from './kinds.ts';
import { fileName } from './names.ts';
import { drawThumbnail } from './pictures.ts';
import { type FileRow, insertFile } from './store.ts';
import { measureVideo } from './video/video.ts';

const keptMilliseconds = 7 * 24 * 3600 * 1000;

/** A file that has arrived and was looked at, on the disk of this machine. */
export type Draft = Omit<FileRow, 'id'> & {
  content: string;
  thumbnail: string | undefined;
};

export async function uploadFile(ctx: UploadContext) {
  const file = await keepUpload(ctx);
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
export async function addFile(ctx: UploadContext) {
  const { id, name, mime_type, bytes, width, height } = await keepUpload(ctx);
  return { file: { file_id: String(id), name, mime_type, bytes, width, height } };
}

/** Until when a file is kept that no post shows. */
export function keptUntil(now: Date): Date {
  return new Date(now.getTime() + keptMilliseconds);
}

/**
 * The row comes before the content: should this process die in between, there is a row that nobody
 * knows of, which goes after its time, and never a content that nothing tells of.
 */
async function keepUpload(ctx: UploadContext): Promise<FileRow> {
  const { files, form } = ctx;
  return files.spool.use(async (folder) => {
    const draft = await form.file('data', files.bytesMax, (file) => receiveFile(folder, file));
    const row = await ctx.transaction(async (ctx) => {
      const { id } = await findActor(ctx, ctx.tx);
      return registerFile(ctx, id, draft);
    });
    await storeFile(files.store, draft);
    return row;
  });
}

/**
 * Takes a file into a folder, and finds out what it is. @throws AppError 400, 413, 415
 */
export async function receiveFile(folder: string, { name, content }: ArrivingFile) {
  const recognized = await recognize(content);
  const path = join(folder, 'content');
  await pipeline(recognized.content, createWriteStream(path, { mode: 0o600 }));
  return lookAt(folder, path, name, recognized.kind);
}

async function lookAt(folder: string, path: string, name: string, kind: Kind): Promise<Draft> {
  const { size: bytes } = await stat(path);
  const draft = {
    name: fileName(name, kind.ending),
    mime_type: kind.mimeType,
    bytes,
    content: path,
    content_key: newKey(),
  };
  if (!isImage(kind)) {
    const { width = null, height = null } = (await measureVideo(path, kind.mimeType)) ?? {};
    const none = { thumbnail: undefined, thumbnail_key: null, thumbnail_bytes: null };
    return { ...draft, width, height, ...none };
  }
  const { width, height, thumbnail } = await drawThumbnail(path);
  const target = join(folder, 'thumbnail');
  await writeFile(target, thumbnail, { mode: 0o600 });
  const drawn = { thumbnail: target, thumbnail_key: newKey(), thumbnail_bytes: thumbnail.length };
  return { ...draft, width, height, ...drawn };
}

/** Nobody can guess it, and nothing of the file is in it. */
function newKey(): string {
  return randomBytes(20).toString('hex');
}

export async function registerFile(
  ctx: WriteContext,
  uploaderId: number,
  { content: _, thumbnail: __, ...draft }: Draft,
): Promise<FileRow> {
  const { tx, organization, now } = ctx;
  const row = { ...draft, id: await takeNumber(tx, organization, 'file') };
  await insertFile(tx, organization, { ...row, uploaderId, now, keepUntil: keptUntil(now) });
  await record(ctx, 'file.upload', String(row.id), []);
  return row;
}

/** @throws AppError overloaded (503) when the store cannot be reached */
export async function storeFile(store: FileStore, draft: Draft): Promise<void> {
  if (draft.thumbnail && draft.thumbnail_key) await store.put(draft.thumbnail_key, draft.thumbnail);
  await store.put(draft.content_key, draft.content);
}
