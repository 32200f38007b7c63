import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

type Posted = { status: number; body: unknown };

export type Upload = { answered: Promise<Posted>; finish(): Promise<Posted> };

/** A POST that the server has begun to handle, and whose body is still on its way. */
export async function beginUpload(url: string, token: string, body: object): Promise<Upload> {
  const bytes = Buffer.from(JSON.stringify(body));
  const posting = request(url, {
    method: 'POST',
    headers: {
      authorization: token,
      'content-type': 'application/json',
      'content-length': bytes.length,
      expect: '100-continue',
    },
  });
  posting.flushHeaders();
  await once(posting, 'continue');
  posting.write(bytes.subarray(0, 10));
  const answered = answerTo(posting);
  return {
    answered,
    finish() {
      posting.end(bytes.subarray(10));
      return answered;
    },
  };
}

async function answerTo(posting: ClientRequest): Promise<Posted> {
  const [answer] = (await once(posting, 'response')) as [IncomingMessage];
  return { status: answer.statusCode ?? 0, body: JSON.parse(await text(answer)) };
}
