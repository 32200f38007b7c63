import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { requestId } from '../ids.ts';

type Refusal = { status: number; error: string; message: string };

const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    error: 'headers_too_large',
    message: 'The URL and the headers exceed 16 KiB together; send shorter ones.',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    error: 'request_timeout',
    message: 'The request did not arrive in time; send it again.',
  },
};

const malformed: Refusal = {
  status: 400,
  error: 'invalid_request',
  message: 'This is not well-formed HTTP/1.1; check the request line, the headers and the length.',
};

/** Answers bytes that never became a request, and closes the connection; no API is involved. */
export function answerMalformed(error: NodeJS.ErrnoException, socket: Socket): void {
  if (!socket.writable || error.code === 'ECONNRESET') return void socket.destroy();
  const { status, ...said } = refusals[error.code ?? ''] ?? malformed;
  const id = requestId();
  const body = JSON.stringify({ ...said, request_id: id });
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    `x-request-id: ${id}`,
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
