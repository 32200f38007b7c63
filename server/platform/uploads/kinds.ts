import { AppError, invalid } from '../../runtime/errors.ts';

/** What a file is, judged by its bytes: the media type, and the ending of its name. */
export type Kind = { mimeType: string; ending: string };

/** What every browser shows, and `sharp` reads. */
const images = ['image/jpeg', 'image/png', 'image/apng', 'image/gif', 'image/webp', 'image/avif'];

/** As many bytes as the detection of types needs. */
const headBytes = 4_100;

export function isImage(mimeType: string): boolean {
  return mimeType.startsWith('image/');
}

/**
 * Detects the type of a stream, and hands on all of it. Neither the name nor what the client says
 * counts.
 * @throws AppError 400 for an empty file, 415 for one that is neither image nor video
 */
export async function recognize(
  content: AsyncIterable<Buffer>,
): Promise<{ kind: Kind; content: AsyncIterable<Buffer> }> {
  const pieces = content[Symbol.asyncIterator]();
  const head = await readHead(pieces);
  if (head.length === 0) throw invalid('data', 'must not be empty.');
  const { fileTypeFromBuffer } = await import('file-type');
  const found = await fileTypeFromBuffer(head).catch(() => undefined);
  if (!found || !(images.includes(found.mime) || found.mime.startsWith('video/'))) {
    throw new AppError('unsupported_media_type', {
      message: 'Only images (JPEG, PNG, GIF, WebP, AVIF) and videos are accepted; this is neither.',
    });
  }
  return { kind: { mimeType: found.mime, ending: found.ext }, content: rejoin(head, pieces) };
}

async function readHead(pieces: AsyncIterator<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for (let bytes = 0; bytes < headBytes; ) {
    const { value, done } = await pieces.next();
    if (done) break;
    read.push(value);
    bytes += value.length;
  }
  return Buffer.concat(read);
}

async function* rejoin(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  yield* { [Symbol.asyncIterator]: () => rest };
}
