import { Sandbox } from '../server/sync/transforms/sandbox/sandbox.ts';
import { against, paired, type Result } from './figures.ts';

const rounds = 5;
const batches = 5;

const body = 'r.name = r.name.toUpperCase(); r.total = r.price * r.count; return r;';
const code = `module.exports = (r) => { ${body} }`;
const expression = '$merge([$, {"name": $uppercase(name), "total": price * count}])';

/** Transforms records, against the same function in this process, between the same JSON texts. */
export async function measureTransforms(): Promise<Result> {
  const sandbox = new Sandbox({ processes: 1 });
  try {
    const transform = async (type: 'javascript' | 'jsonata', size: number) => {
      const records = recordsOf(size);
      const given = type === 'javascript' ? code : expression;
      const work = { organization: 1, key: type, type, code: given, records };
      const run = () => timed(size, async () => void (await sandbox.runTexts(work)));
      await run();
      return paired(rounds, run, () =>
        timed(size, async () => {
          transformHere(records);
        }),
      );
    };
    const limit = 'JSON.parse, the function, JSON.stringify, in this process';
    const [large, small] = [
      await transform('javascript', 2_000),
      await transform('javascript', 1_000),
    ];
    const jsonata = await transform('jsonata', 200);
    const figures = [
      against('JavaScript, 2,000 at once', 'records/s', large, limit),
      against('JavaScript, 1,000 at once', 'records/s', small, limit),
      against('JSONata, 200 at once', 'records/s', jsonata, limit, { note }),
    ];
    const about = 'records of 10 fields, through the process and the isolate and back as text';
    return { benchmark: 'transforms', about, figures };
  } finally {
    await sandbox.close();
  }
}

const note = 'the limit is the JavaScript function: this is what JSONata itself costs';

function recordsOf(size: number): string[] {
  return Array.from({ length: size }, (_, id) =>
    JSON.stringify({
      id,
      name: `Some Name ${id}`,
      email: `person${id}@example.com`,
      price: 12.5,
      count: id % 7,
      note: 'a note that is a little longer',
      active: true,
      city: 'Berlin',
      zip: '10115',
      created: '2026-01-02T03:04:05Z',
    }),
  );
}

function transformHere(records: string[]): string {
  const transform = new Function('r', body) as (record: unknown) => unknown;
  const parsed = JSON.parse(`[${records.join(',')}]`) as unknown[];
  return JSON.stringify(parsed.map((record) => transform(record)));
}

async function timed(size: number, batch: () => Promise<void>): Promise<number> {
  const began = performance.now();
  for (let times = 0; times < batches; times += 1) await batch();
  return (size * batches * 1000) / (performance.now() - began);
}
