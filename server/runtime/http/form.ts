import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, invalid } from '../errors.ts';

/** A file of a form while it arrives: its name as the client wrote it, and its bytes, to be read once. */
export type ArrivingFile = { name: string; content: AsyncIterable<Buffer> };

/** What comes around the bytes of the file: boundaries, headers, fields that nobody asked for. */
const aroundBytesMax = 1024 * 1024;

/** Routes of this scope take `multipart/form-data`, and nothing else. */
export function acceptForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // The limit of a file is counted here, where reaching it is an error: the parser cuts in silence.
  const limits = { fileSize: Number.POSITIVE_INFINITY, fieldSize: 10_000, parts: 20 };
  scope.register(multipart, { limits: { ...limits, headerPairs: 20 } });
}

/** Refuses what is no form before anything of it is read. @throws AppError 415 */
export function requireForm({ headers }: FastifyRequest): void {
  if (/^multipart\/form-data\s*;/i.test(headers['content-type'] ?? '')) return;
  throw new AppError('unsupported_media_type', {
    message: 'The file is sent as a form; send Content-Type: multipart/form-data with a boundary.',
  });
}

/** A form with one file, read as it arrives. */
export class Form {
  readonly #request: FastifyRequest;

  constructor(request: FastifyRequest) {
    this.#request = request;
  }

  /** How long the whole form will be, as far as it says so. */
  get announcedBytes(): number {
    return Number(this.#request.headers['content-length'] ?? 0);
  }

  /**
   * Hands the file of the part `field` to `take`, and answers what that answers once the whole form
   * is there. @throws AppError 400 when it is not well-formed, or has not exactly this file; 413
   */
  async file<T>(
    field: string,
    bytesMax: number,
    take: (file: ArrivingFile) => Promise<T>,
  ): Promise<T> {
    const { raw } = this.#request;
    this.#watch(bytesMax);
    let taken: { value: T } | undefined;
    try {
      for await (const part of this.#parts(field)) {
        if (part.type !== 'file') continue;
        if (part.fieldname !== field) {
          throw invalid(field, 'must be the name of the part that contains the file.');
        }
        if (taken) throw invalid(field, 'must be the only file of the form.');
        const content = counted(wellFormed(part.file), bytesMax);
        taken = { value: await take({ name: part.filename ?? '', content }) };
      }
    } finally {
      // Whoever is refused half-way has to send on; the connection is of use again afterwards.
      raw.unpipe();
      raw.resume();
    }
    if (!taken) throw invalid(field, 'is required, as a file.');
    return taken.value;
  }

  /** Nothing that is never read, or never comes, keeps a connection. @throws AppError 413 */
  #watch(bytesMax: number): void {
    const { raw } = this.#request;
    if (this.announcedBytes > bytesMax + aroundBytesMax) throw tooLarge(bytesMax);
    let bytes = 0;
    raw.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > 2 * bytesMax + aroundBytesMax) raw.destroy();
    });
  }

  #parts(field: string) {
    const isPartAFile = (name?: string, _type?: string, fileName?: string) =>
      name === field || fileName !== undefined;
    return wellFormed(this.#request.parts({ isPartAFile }));
  }
}

/** What the parser throws is the client's; what is thrown into it from outside stays what it is. */
async function* wellFormed<T>(parsed: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* parsed;
  } catch {
    throw invalid('body', 'must be a well-formed multipart/form-data body of a few parts.');
  }
}

async function* counted(content: AsyncIterable<Buffer>, bytesMax: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw tooLarge(bytesMax);
    yield chunk;
  }
}

function tooLarge(bytesMax: number): AppError {
  const message = `The file is too large; at most ${bytesMax} bytes are taken.`;
  return new AppError('payload_too_large', { message });
}
