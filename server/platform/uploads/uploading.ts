import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArrivingFile } from '../../runtime/http/form.ts';
import type { UploadContext, WriteContext } from '../context.ts';
import type { Spool } from '../files/spool.ts';
import type { Drawing } from './drawing/drawing.ts';
import { newKey } from './key.ts';
import { isImage, recognize } from './kinds.ts';
import { fileName } from './names.ts';
import { requireQuota, requireTurn } from './quota/quota.ts';
import { type FileRow, insertFile } from './store.ts';
import type { Pixels } from './video/pixels.ts';
import { measureVideo } from './video/video.ts';

/** The most that an honest form has around its file. */
const aroundBytes = 4_096;

/** A file that has arrived and been inspected, on the disk of this machine. */
export type Draft = FileRow & { content: string };

/**
 * Receives the file of a form and stores it; `register` makes it the product's own, in the
 * transaction that stores it. The row is written before the content: if this process dies in
 * between, a row remains that nothing refers to and that is deleted later, never a content without
 * a row. The thumbnail comes later.
 * @throws AppError 400, 413, 415, 429, 507, and as `register`
 */
export async function keepUpload<Own>(
  ctx: UploadContext,
  drawing: Drawing,
  register: (ctx: WriteContext, draft: Draft) => Promise<Own>,
): Promise<FileRow & Own> {
  const { files, form, organization } = ctx;
  const announced = Math.min(form.announcedBytes, files.bytesMax);
  await ctx.transaction((ctx) => admitFile(ctx, announced));
  const place = { ...files, measure: (path: string) => drawing.measure(organization, path) };
  const keep = async (folder: string) => {
    const received = await form.file('data', files.bytesMax, (file) =>
      receiveFile({ ...place, folder }, file),
    );
    const draw_at = isImage(received.mime_type) ? drawing.leaseEnd() : null;
    const draft = { ...received, draw_at };
    const own = await ctx.transaction(async (ctx) => {
      const registered = await register(ctx, draft);
      // Also for simultaneous uploads: whoever has added a file holds the sum until the commit.
      await requireQuota(ctx);
      return registered;
    });
    await files.store.put(draft.content_key, draft.content);
    if (draw_at) await drawing.want(organization, draft.content_key);
    return { ...draft, ...own };
  };
  return files.spool.use(keep, announced);
}

/** @throws AppError storage_full (507), too_many_requests (429) */
async function admitFile(ctx: WriteContext, announced: number): Promise<void> {
  await requireQuota(ctx, Math.max(1, announced - aroundBytes));
  await requireTurn(ctx);
}

type Arrival = { spool: Spool; folder: string; measure: (path: string) => Promise<Pixels> };

/** Receives a file into a folder, and detects its type. @throws AppError 400, 413, 415, 507 */
export async function receiveFile(
  { spool, folder, measure }: Arrival,
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

/** Stores the row of a file; the caller puts its content into the file store. */
export async function storeFile(
  { tx, organization, now }: WriteContext,
  { content: _, ...file }: Draft,
): Promise<void> {
  await insertFile(tx, organization, file, now);
}
