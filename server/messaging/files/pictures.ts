import { invalid } from '../../runtime/errors.ts';
import type { Pixels } from './video/pixels.ts';

/** A photo of 48 megapixels passes; what unpacks to gigabytes does not. */
const pixelsMax = 50_000_000;
/** WebP itself ends at 16,383 pixels a side. */
const sidesMax = { width: 1_000, height: 2_000 };
const atOnceMax = 2;
const seconds = 60;

let running = 0;
const waiting: (() => void)[] = [];

/**
 * Measures an image as it is shown, and draws its thumbnail: WebP, upright, without EXIF and the like,
 * of an animation the first frame. @throws AppError 400 for what cannot be read or is too large
 */
export async function drawThumbnail(path: string): Promise<Pixels & { thumbnail: Buffer }> {
  await turn();
  try {
    return await draw(path);
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** Decoded images are large: two at a time, and the others wait. */
async function turn(): Promise<void> {
  if (running >= atOnceMax) return new Promise((resolve) => waiting.push(resolve));
  running += 1;
}

async function draw(path: string) {
  const { default: sharp } = await import('sharp');
  sharp.cache(false);
  sharp.concurrency(1);
  const { autoOrient } = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(unreadable);
  if (autoOrient.width * autoOrient.height > pixelsMax) {
    throw invalid('data', `must have at most ${pixelsMax / 1_000_000} megapixels.`);
  }
  const thumbnail = await sharp(path, { limitInputPixels: pixelsMax, failOn: 'none' })
    .autoOrient()
    .resize({ ...sidesMax, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .timeout({ seconds })
    .toBuffer()
    .catch(unreadable);
  return { ...autoOrient, thumbnail };
}

function unreadable(): never {
  throw invalid('data', 'cannot be read as an image.');
}
