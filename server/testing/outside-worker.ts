import { parentPort } from 'node:worker_threads';
import type { Answered, Asked } from './outside.ts';

parentPort?.on('message', async (asked: Asked) => parentPort?.postMessage(await ask(asked)));

async function ask({ id, url, init }: Asked): Promise<Answered> {
  try {
    const response = await fetch(url, init as RequestInit);
    const body = await response.arrayBuffer();
    return { id, status: response.status, headers: [...response.headers], body };
  } catch (error) {
    const { message, cause } = error as Error;
    return { id, failure: `${message}: ${(cause as Error | undefined)?.message ?? ''}` };
  }
}
