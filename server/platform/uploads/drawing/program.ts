// Reads pictures, in a process of its own: what a picture makes a decoder do ends this one alone.
import { writeFileSync } from 'node:fs';
import sharp from 'sharp';
import type { Outcome, Task } from './task.ts';

/** A photo of 48 megapixels passes; what unpacks to gigabytes does not. */
const pixelsMax = 50_000_000;
/** JPEG itself ends there. */
const sideMax = 65_535;
/** WebP, which thumbnails are, ends at 16,383 pixels a side. */
const thumbnailMax = { width: 1_000, height: 2_000 };
const memoryBytesMax = Number(process.argv[2]);
const processorSecondsMax = 30;
const watchMilliseconds = 20;

sharp.cache(false);
sharp.concurrency(1);
giveWay();
// The server ends this process; what a terminal sends to all of them is for the server.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', async (task: Task) => {
  const watch = setInterval(endAtLimit, watchMilliseconds, process.cpuUsage());
  const outcome = await carryOut(task).catch(() => refusal('cannot be read as an image.'));
  clearInterval(watch);
  process.send?.(outcome);
});

/** When memory runs out, Linux kills this process first. */
function giveWay(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // Not Linux.
  }
}

/** Limits the processor time, not the elapsed time: a slow machine is not the picture's fault. */
function endAtLimit(before: NodeJS.CpuUsage): void {
  const { user, system } = process.cpuUsage(before);
  const isLong = user + system > processorSecondsMax * 1_000_000;
  if (isLong || process.memoryUsage.rss() > memoryBytesMax) process.exit(1);
}

async function carryOut(task: Task): Promise<Outcome> {
  const { autoOrient } = await sharp(task.path, { limitInputPixels: false }).metadata();
  const { width, height } = autoOrient;
  if (width * height > pixelsMax) {
    return refusal(`must have at most ${pixelsMax / 1_000_000} megapixels.`);
  }
  if (Math.max(width, height) > sideMax) {
    return refusal(`must be at most ${sideMax.toLocaleString('en')} pixels wide and high.`);
  }
  return task.act === 'measure' ? { pixels: autoOrient } : draw(task);
}

/** Upright, without EXIF and other metadata; of an animation, the first frame. */
async function draw({ path, target }: Extract<Task, { act: 'draw' }>): Promise<Outcome> {
  const { size } = await sharp(path, { limitInputPixels: pixelsMax, failOn: 'none' })
    .autoOrient()
    .resize({ ...thumbnailMax, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 80 })
    .toFile(target);
  return { bytes: size };
}

function refusal(text: string): Outcome {
  return { refusal: text };
}
