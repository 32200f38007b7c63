import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Listening = { port: number; path: string; cookies: string[]; posts: number };

/** When each post was answered, and how many of the first do not count. */
export type Asked = { answered: number[]; warm: number };

export type Heard = {
  /** Posts that a stream has not told. */
  missing: number;
  /** Milliseconds from the answer to a post until a listener had it. */
  median: number;
  p99: number;
  p999: number;
  /** What one of them was sent with the first post. */
  sample: string;
};

const program = fileURLToPath(new URL('./clients.ts', import.meta.url));

/** Opens streams from a process of its own, one for each cookie; `end` tells what they heard. */
export async function hear(given: Listening) {
  const child = fork(program, { stdio: 'inherit', serialization: 'advanced' });
  const ended = once(child, 'exit').then(() => {
    throw new Error('the listeners ended before their time');
  });
  ended.catch(() => undefined);
  const answer = async (asked: Listening | Asked): Promise<unknown> => {
    const answered = once(child, 'message');
    child.send(asked);
    return (await Promise.race([answered, ended]))[0];
  };
  await answer(given);
  return { end: async (asked: Asked) => (await answer(asked)) as Heard };
}
