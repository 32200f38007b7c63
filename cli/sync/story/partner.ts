import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Heard = { id: string; type: string; body: string; isSigned(secret: string): boolean };

/** The server of a partner, which is told of what happens. */
export async function openPartner() {
  const heard: Heard[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    const signature = request.headers['x-threadsync-signature'];
    heard.push({
      id: String(request.headers['webhook-id']),
      type: (JSON.parse(body) as { type: string }).type,
      body,
      isSigned: (secret) => createHmac('sha256', secret).update(body).digest('hex') === signature,
    });
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${port}/appointments`, heard, close };
}
