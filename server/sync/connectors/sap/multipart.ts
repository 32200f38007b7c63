/** A request as it stands in a `$batch`: its address is below the root of the service. */
export type Part = {
  readonly method: string;
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
};
export type PartAnswer = { readonly status: number; readonly body: string };

const line = '\r\n';

/**
 * The body of a `$batch`; each request is a change set of its own, so that none undoes another.
 * https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html#sec_MultipartBatchFormat
 */
export function encodeBatch(parts: readonly Part[], boundary: string): string {
  const sets = parts.map((part, nth) => {
    const inner = `${boundary}_${nth}`;
    return [
      `--${boundary}`,
      `content-type: multipart/mixed; boundary=${inner}`,
      '',
      `--${inner}`,
      'content-type: application/http',
      'content-transfer-encoding: binary',
      `content-id: ${nth + 1}`,
      '',
      encodePart(part),
      `--${inner}--`,
      '',
    ].join(line);
  });
  return `${sets.join(line)}${line}--${boundary}--${line}`;
}

/** What was answered to each; fewer than there were where some were not answered. */
export function decodeBatch(body: string, contentType: string): PartAnswer[] {
  return partsOf(body, contentType).map(({ contentType: inner, body: own }) => {
    const [only] = isMultipart(inner) ? partsOf(own, inner) : [{ body: own }];
    return readHttp(only?.body ?? '');
  });
}

function encodePart({ method, path, body, headers = {} }: Part): string {
  const sent = {
    accept: 'application/json',
    ...(body === undefined
      ? {}
      : {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
        }),
    ...headers,
  };
  const head = Object.entries(sent).map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...head, '', body ?? ''].join(line);
}

function partsOf(body: string, contentType: string): { contentType: string; body: string }[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) return [];
  return `\n${body}`
    .split(`\n--${boundary}`)
    .slice(1)
    .filter((part) => !part.startsWith('--'))
    .map((part) => {
      const { head, rest } = headOf(part.replace(/^[^\n]*\n/, ''));
      return { contentType: /^content-type:\s*(.*)$/im.exec(head)?.[1] ?? '', body: rest };
    });
}

function readHttp(text: string): PartAnswer {
  const { head, rest } = headOf(text.trimStart());
  const status = Number(/^HTTP\/\S+\s+(\d{3})/.exec(head)?.[1] ?? 0);
  return { status, body: rest.trim() };
}

function headOf(text: string): { head: string; rest: string } {
  // A part may have no headers at all, or nothing behind them.
  if (/^\r?\n/.test(text)) return { head: '', rest: text.replace(/^\r?\n/, '') };
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) return { head: text, rest: '' };
  return { head: text.slice(0, end.index), rest: text.slice(end.index + end[0].length) };
}

function isMultipart(contentType: string): boolean {
  return /^multipart\//i.test(contentType.trim());
}
