import { parentPort } from 'node:worker_threads';
import type { Answered, Asked } from './outside.ts';

const keptMax = 32;
const kept = new Map<number, () => Promise<Response>>();

parentPort?.on('message', async (asked: Asked) => {
  const { request } = asked;
  if ('url' in asked) {
    for (const old of kept.keys()) if (kept.size >= keptMax) kept.delete(old);
    kept.set(request, () => fetch(asked.url, asked.init as RequestInit));
    return;
  }
  const send = kept.get(request);
  if (asked.isLast) kept.delete(request);
  if (send) parentPort?.postMessage(await answer(asked.id, send));
});

async function answer(id: number, send: () => Promise<Response>): Promise<Answered> {
  try {
    const response = await send();
    const body = await response.arrayBuffer();
    return { id, status: response.status, headers: [...response.headers], body };
  } catch (error) {
    const { message, cause } = error as Error;
    return { id, failure: `${message}: ${(cause as Error | undefined)?.message ?? ''}` };
  }
}
