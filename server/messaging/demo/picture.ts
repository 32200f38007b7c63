import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Files } from '../../platform/files/files.ts';
import { newKey } from '../../platform/uploads/key.ts';
import { type Draft, receiveFile } from '../../platform/uploads/uploading.ts';

const width = 1_200;
const height = 640;
const thumbnailWidth = 1_000;
const ground = 540;
const capacity = 480;
const colours = ['#0f766e', '#14b8a6', '#99f6e4'] as const;

/** The share of the openings of a day that is booked, for each practice; and how its letter is drawn. */
const days = [
  { shares: [0.22, 0.16, 0.1], letter: 'M0 20V0L8 11L16 0V20' },
  { shares: [0.2, 0.14, 0.06], letter: 'M0 0H16M8 0V20' },
  { shares: [0.26, 0.2, 0.12], letter: 'M0 0L4 20L9 6L14 20L18 0' },
  { shares: [0.38, 0.32, 0.24], letter: 'M0 0H16M8 0V20' },
  { shares: [0.28, 0.18, 0.14], letter: 'M14 0H0V20M0 10H11' },
  { shares: [0.12, 0.06, 0], letter: 'M14 3C10 -2 0 -1 0 5C0 12 14 8 14 15C14 21 3 22 0 16' },
];

/** Draws the openings that are booked this week, and puts the picture into the file store. */
export async function drawPicture({ spool, store }: Files): Promise<Draft> {
  const { default: sharp } = await import('sharp');
  const content = await sharp(Buffer.from(chart())).png({ palette: true }).toBuffer();
  return spool.use(async (folder) => {
    const name = 'Openings booked this week.png';
    const place = { spool, folder, measure: async () => ({ width, height }) };
    const draft = await receiveFile(place, { name, content: Readable.from([content]) });
    const thumbnail = join(folder, 'thumbnail');
    const { size } = await sharp(content)
      .resize({ width: thumbnailWidth })
      .webp()
      .toFile(thumbnail);
    const drawn = { ...draft, thumbnail_key: newKey(), thumbnail_bytes: size };
    await store.put(drawn.thumbnail_key, thumbnail);
    await store.put(drawn.content_key, drawn.content);
    return drawn;
  });
}

/** Of shapes alone: a machine may have no fonts. */
function chart(): string {
  const lines = [0.25, 0.5, 0.75, 1].map((share) => {
    const y = ground - share * capacity;
    return `<path d="M80 ${y}H1120" stroke="#e2e8f0" stroke-width="2"/>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...lines,
    ...days.map(({ shares, letter }, at) => bar(130 + at * 168, shares) + label(at, letter)),
    `<path d="M80 ${ground}H1120" stroke="#64748b" stroke-width="3"/>`,
    '</svg>',
  ].join('');
}

function bar(x: number, shares: readonly number[]): string {
  let top = ground;
  return shares
    .map((share, at) => {
      top -= share * capacity;
      const size = `width="100" height="${share * capacity}"`;
      return `<rect x="${x}" y="${top}" ${size} fill="${colours[at]}"/>`;
    })
    .join('');
}

function label(at: number, letter: string): string {
  const look = 'fill="none" stroke="#334155" stroke-width="4" stroke-linecap="round"';
  return `<path transform="translate(${172 + at * 168} 570)" d="${letter}" ${look}/>`;
}
