import sharp from 'sharp';

/** A picture of one colour. */
export async function picture(
  format: 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' = 'png',
  { width, height }: { width: number; height: number } = { width: 40, height: 30 },
): Promise<Buffer> {
  const background = { r: 20, g: 120, b: 90 };
  return sharp({ create: { width, height, channels: 3, background } })
    .toFormat(format)
    .toBuffer();
}

type Upload = {
  url: string;
  key: string;
  /** The part, unless it is `data`. */
  field?: string;
  name?: string;
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

/** What a browser or `curl -F data=@…` sends. */
export function formOf(
  content: Buffer,
  { field = 'data', name = 'picture.png', type = 'application/octet-stream' }: Partial<Upload> = {},
): FormData {
  const form = new FormData();
  form.append(field, new Blob([Uint8Array.from(content)], { type }), name);
  return form;
}

export async function upload({ url, key, ...part }: Upload, content: Buffer | FormData) {
  const body = content instanceof FormData ? content : formOf(content, part);
  const response = await fetch(`${url}/api/public/uploadFile`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body,
  });
  const answer = (await response.json()) as {
    ok: boolean;
    result: Uploaded;
    error: string;
    message: string;
  };
  return { status: response.status, ...answer };
}
