import { Refusal } from './properties.ts';
import type { Answered, Request, Service } from './service.ts';
import { showError, type Version } from './shown.ts';

const line = '\r\n';

/** Does what a `$batch` says, each change set by itself. @throws Refusal for what is none */
export function answerBatch(
  service: Service,
  text: string,
  contentType: string,
  { version, root, heard }: { version: Version; root: string; heard: (inner: Request) => void },
): { body: string; contentType: string } {
  const boundary = boundaryIn(contentType);
  const answers = partsOf(text, boundary).map((part) => {
    const inner = /^content-type:\s*(multipart\/mixed[^\r\n]*)/im.exec(part)?.[1];
    if (inner === undefined) throw new Refusal(400, 'BATCH', 'Changes belong in a change set');
    const [only, ...others] = partsOf(bodyOf(part), boundaryIn(inner));
    if (only === undefined || others.length > 0) {
      throw new Refusal(400, 'BATCH', 'Only one request to a change set is known here');
    }
    const request = requestIn(bodyOf(only));
    heard(request);
    const { answered, isRefused } = answerOne(service, request, version, root);
    const http = httpOf(answered);
    if (isRefused)
      return `content-type: application/http${line}content-length: ${Buffer.byteLength(http)}${line}content-transfer-encoding: binary${line}${line}${http}`;
    return [
      'content-type: multipart/mixed; boundary=CS_1',
      '',
      '--CS_1',
      'content-type: application/http',
      'content-transfer-encoding: binary',
      '',
      http,
      '--CS_1--',
    ].join(line);
  });
  const body = answers.map((one) => `--B_1${line}${one}${line}`).join('');
  return { body: `${body}--B_1--${line}`, contentType: 'multipart/mixed; boundary=B_1' };
}

function answerOne(service: Service, request: Request, version: Version, root: string) {
  try {
    return { answered: service.answer(request, version, root), isRefused: false };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const answered: Answered = { status: error.status, body: showError(version, error) };
    return { answered, isRefused: true };
  }
}

function requestIn(http: string): Request {
  const [, method = '', target = ''] = /^(\w+) (\S+) HTTP\/1\.1/.exec(http.trimStart()) ?? [];
  const [path = '', query = ''] = target.split('?', 2);
  const text = bodyOf(http.trimStart()).trim();
  return { method, path: decodeURIComponent(path), query: new URLSearchParams(query), text };
}

function httpOf({ status, body }: Answered): string {
  const text = body === undefined ? '' : JSON.stringify(body);
  const head = [`HTTP/1.1 ${status} Answer`, 'content-type: application/json'];
  return [...head, `content-length: ${Buffer.byteLength(text)}`, '', text].join(line);
}

function partsOf(text: string, boundary: string): string[] {
  const parts = text.split(`--${boundary}${line}`).slice(1);
  if (parts.length === 0) throw new Refusal(400, 'BATCH', 'No parts');
  return parts.map((part) => part.split(`--${boundary}--`)[0] ?? '');
}

function bodyOf(part: string): string {
  const end = part.indexOf(`${line}${line}`);
  return end < 0 ? '' : part.slice(end + 4);
}

function boundaryIn(contentType: string): string {
  const found = /boundary=([^;\s]+)/i.exec(contentType)?.[1];
  if (found !== undefined) return found;
  throw new Refusal(400, 'BATCH', 'No boundary');
}
