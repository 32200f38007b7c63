import formbody from '@fastify/formbody';
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError, invalid } from '../errors.ts';

/** A file of a form while it arrives: its name as the client wrote it, and its bytes, to be read once. */
export type ArrivingFile = { name: string; content: AsyncIterable<Buffer> };

/** Everything around the bytes of the file: boundaries, headers, unexpected fields. */
const aroundBytesMax = 1024 * 1024;
const formBytesMax = 64 * 1024;

/** Makes the routes of this scope take `multipart/form-data`, and nothing else. */
export function acceptForms(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  // The size of a file is limited here, where exceeding it is an error: the parser truncates in
  // silence.
  const limits = { fileSize: Number.POSITIVE_INFINITY, fieldSize: 10_000, parts: 20 };
  scope.register(multipart, { limits: { ...limits, headerPairs: 20 } });
}

/** Makes the routes of this scope take `application/x-www-form-urlencoded` beside JSON. */
export function acceptFormEncoded(scope: FastifyInstance): void {
  scope.register(formbody, { bodyLimit: formBytesMax });
}

/** Refuses a body that is not a form before any of it is read. @throws AppError 415 */
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

  /** The announced length of the whole form. */
  get announcedBytes(): number {
    return Number(this.#request.headers['content-length'] ?? 0);
  }

  /**
   * Passes the file of the part `field` to `take`, and answers its result once the whole form is
   * there.
   * @throws AppError 400 when it is malformed, or has not exactly this file; 413
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
        taken = { value: await take({ name: nameOf(part.filename), content }) };
      }
    } finally {
      // A client that is refused half-way still sends the rest; after that the connection can be
      // used again.
      raw.unpipe();
      raw.resume();
    }
    if (!taken) throw invalid(field, 'is required, as a file.');
    return taken.value;
  }

  /** Ends a connection on which a file is never read, or never comes. @throws AppError 413 */
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

/**
 * Undoes what browsers write for characters that would end the header (HTML, multipart/form-data
 * encoding).
 */
function nameOf(given = ''): string {
  const signs: Readonly<Record<string, string>> = { '%22': '"', '%0D': '\r', '%0A': '\n' };
  return given.replace(/%(?:22|0D|0A)/g, (written) => signs[written] ?? written);
}

/**
 * What the parser throws is the client's fault; what is thrown into it from outside stays what it
 * is.
 */
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
