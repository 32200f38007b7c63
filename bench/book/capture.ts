import pg from 'pg';

/** A statement as it was sent, and in which round trip of its transaction. */
export type Sent = { text: string; values: readonly unknown[]; trip: number };

type Query = (this: pg.Client, ...given: unknown[]) => unknown;

/** What the server really sends to PostgreSQL as `heddle_app` while `work` runs. */
export async function capture(work: () => Promise<unknown>): Promise<Sent[]> {
  const prototype = pg.Client.prototype as unknown as { query: Query };
  const query = prototype.query;
  const sent: Sent[] = [];
  let underWay = 0;
  let trip = -1;
  prototype.query = function (this: pg.Client, ...given) {
    const answer = query.apply(this, given);
    if (this.user !== 'heddle_app' || !(answer instanceof Promise)) return answer;
    if (underWay === 0) trip += 1;
    underWay += 1;
    const first = given[0] as string | { text: string; values?: unknown[] };
    const { text, values = [] } = typeof first === 'string' ? { text: first } : first;
    sent.push({ text, values, trip });
    const settle = () => {
      underWay -= 1;
    };
    answer.then(settle, settle);
    return answer;
  };
  try {
    await work();
    return sent;
  } finally {
    prototype.query = query;
  }
}
