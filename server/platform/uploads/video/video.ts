import { open } from 'node:fs/promises';
import { measureMp4 } from './mp4.ts';
import type { Pixels } from './pixels.ts';
import { measureWebm } from './webm.ts';

const mp4s = ['video/mp4', 'video/quicktime', 'video/x-m4v', 'video/3gpp', 'video/3gpp2'];
const webms = ['video/webm', 'video/matroska', 'video/x-matroska'];

/** The displayed size of a video; undefined where it is not found in a place that is known. */
export async function measureVideo(path: string, mimeType: string): Promise<Pixels | undefined> {
  const file = await open(path);
  try {
    if (mp4s.includes(mimeType)) return await measureMp4(file, (await file.stat()).size);
    return webms.includes(mimeType) ? await measureWebm(file) : undefined;
  } finally {
    await file.close();
  }
}
