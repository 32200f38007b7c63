import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { until } from '../../../runtime/testing/until.ts';
import type { TestServer } from '../../../testing/server.ts';

type Size = { width: number; height: number };

/** A picture of one colour. */
export async function picture(
  format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'tiff' = 'png',
  { width, height }: Size = { width: 40, height: 30 },
): Promise<Buffer> {
  const background = { r: 20, g: 120, b: 90 };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

type Part = {
  field?: string;
  name?: string;
  /** What the client says that it is. */
  type?: string;
};

export type Uploaded = {
  fileID: string;
  fileURL: string;
  mimeType: string;
  bytes: number;
  width: number | null;
  height: number | null;
};

/** What a browser, or `curl -F data=@…`, sends. */
export function formOf(
  content: Buffer,
  { field = 'data', name = 'picture.png', type = 'application/octet-stream' }: Part = {},
): FormData {
  const form = new FormData();
  form.append(field, new Blob([Uint8Array.from(content)], { type }), name);
  return form;
}

/** A function that uploads with a key. */
export function uploaderOf({ url }: Pick<TestServer, 'url'>, key: string) {
  return async (content: Buffer | FormData, part: Part = {}) => {
    const response = await fetch(`${url}/api/public/uploadFile`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: content instanceof FormData ? content : formOf(content, part),
    });
    const answer = (await response.json()) as {
      ok: boolean;
      result: Uploaded;
      error: string;
      message: string;
    };
    return { status: response.status, ...answer };
  };
}

/** What is in the store and what is arriving, by path. */
export async function storedFiles({ dataDirectory }: TestServer): Promise<string[]> {
  const entries = await readdir(join(dataDirectory, 'files'), {
    recursive: true,
    withFileTypes: true,
  }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() || entry.name.startsWith('file-'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The thumbnail, once it is drawn. */
export async function thumbnailOf({ url }: Pick<TestServer, 'url'>, key: string, fileID: string) {
  const headers = { authorization: `Bearer ${key}` };
  return until(`file ${fileID} has a thumbnail`, async () => {
    const response = await fetch(`${url}/files/${fileID}/thumbnail`, { headers });
    const content = Buffer.from(await response.arrayBuffer());
    if (response.headers.get('retry-after')) return undefined;
    return { status: response.status, headers: response.headers, content };
  });
}

type Box = { type: string; content: Buffer };

function box({ type, content }: Box): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** A video without pictures, of what players look at first (ISO/IEC 14496-12). */
export function mp4({ width, height }: Size, { turned = false } = {}): Buffer {
  const header = Buffer.alloc(84);
  const [cosine, sine] = turned ? [0, 0x10000] : [0x10000, 0];
  header.writeInt32BE(cosine, 40);
  header.writeInt32BE(sine, 44);
  header.writeInt32BE(-sine, 52);
  header.writeInt32BE(cosine, 56);
  header.writeUInt32BE(width * 0x10000, 76);
  header.writeUInt32BE(height * 0x10000, 80);
  const sound = box({ type: 'trak', content: box({ type: 'tkhd', content: Buffer.alloc(84) }) });
  const track = box({ type: 'trak', content: box({ type: 'tkhd', content: header }) });
  return Buffer.concat([
    box({ type: 'ftyp', content: Buffer.from('isom\0\0\x02\0isomiso2mp41', 'latin1') }),
    box({ type: 'mdat', content: Buffer.alloc(10_000) }),
    box({ type: 'moov', content: Buffer.concat([sound, track]) }),
  ]);
}

const element = (id: string, content: Buffer) =>
  Buffer.concat([Buffer.from(id, 'hex'), Buffer.from([0x80 | content.length]), content]);

/** The beginning of a WebM (RFC 9559), its segment without a length as live recordings write it. */
export function webm({ width, height }: Size): Buffer {
  const pixels = (id: string, value: number) =>
    element(id, Buffer.from([value >> 8, value & 0xff]));
  const video = element('e0', Buffer.concat([pixels('b0', width), pixels('ba', height)]));
  const tracks = element('1654ae6b', element('ae', video));
  return Buffer.concat([
    element('1a45dfa3', element('4282', Buffer.from('webm'))),
    Buffer.from('18538067', 'hex'),
    Buffer.from('01ffffffffffffff', 'hex'),
    element('1549a966', Buffer.alloc(20)),
    tracks,
  ]);
}
