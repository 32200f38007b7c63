export class Encoder {
  readonly encoding = 'utf-8';

  encode(text: unknown = ''): Uint8Array {
    return host.encode(String(text).toWellFormed());
  }
}

export class Decoder {
  readonly encoding: string;
  readonly fatal: boolean;

  constructor(label = 'utf-8', { fatal = false }: { fatal?: boolean } = {}) {
    this.encoding = String(label).toLowerCase();
    this.fatal = fatal;
  }

  decode(bytes?: unknown): string {
    return host.decode(bytesOf(bytes ?? new Uint8Array()), this.encoding, this.fatal);
  }
}

export function bytesOf(given: unknown): Uint8Array {
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  if (ArrayBuffer.isView(given)) {
    const { buffer, byteOffset, byteLength } = given;
    return new Uint8Array(buffer, byteOffset, byteLength).slice();
  }
  throw new TypeError('It must be an ArrayBuffer or a view of one');
}

export function fromBinary(text: unknown): string {
  const bytes = Uint8Array.from(String(text), (one) => {
    const code = one.charCodeAt(0);
    if (code > 255) throw new RangeError('btoa takes characters up to 255 only');
    return code;
  });
  return host.toBase64(bytes);
}

export function toBinary(text: unknown): string {
  const bytes = host.fromBase64(String(text));
  if (!bytes) throw new RangeError('atob takes base64 only');
  let binary = '';
  for (const one of bytes) binary += String.fromCharCode(one);
  return binary;
}

type HmacKey = { readonly type: 'secret'; readonly hash: string; readonly bytes: Uint8Array };

/** What of the Web Crypto API there is: random values, digests and HMAC. */
export const webCrypto = {
  randomUUID(): string {
    const bytes = host.random(16);
    bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
    const text = Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  },
  getRandomValues<View extends ArrayBufferView>(view: View): View {
    const { buffer, byteOffset, byteLength } = view;
    new Uint8Array(buffer, byteOffset, byteLength).set(host.random(byteLength));
    return view;
  },
  subtle: {
    async digest(algorithm: unknown, data: unknown): Promise<ArrayBuffer> {
      return known(host.hash(nameOf(algorithm), bytesOf(data)));
    },
    async importKey(
      format: string,
      data: unknown,
      algorithm: { hash?: unknown },
    ): Promise<HmacKey> {
      if (format !== 'raw' || nameOf(algorithm) !== 'HMAC') {
        throw new TypeError('Only raw keys of HMAC can be imported');
      }
      return { type: 'secret', hash: nameOf(algorithm.hash), bytes: bytesOf(data) };
    },
    async sign(_algorithm: unknown, key: HmacKey, data: unknown): Promise<ArrayBuffer> {
      return known(host.hmac(key.hash, key.bytes, bytesOf(data)));
    },
  },
};

export function nameOf(algorithm: unknown): string {
  const { name = algorithm } = (algorithm ?? {}) as { name?: unknown };
  return String(name).toUpperCase();
}

export function known(bytes: Uint8Array | undefined): ArrayBuffer {
  if (!bytes) throw new TypeError('The algorithm is not known: SHA-1, SHA-256, SHA-384 or SHA-512');
  return bytes.slice().buffer as ArrayBuffer;
}
