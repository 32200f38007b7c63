import type { TestEvent } from 'node:test/reporters';

/** Of each suite, as a line of JSON: its name, and which of its tests failed. */
export default async function* failures(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let failed: string[] = [];
  for await (const { type, data } of source) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    if (data.nesting === 0) {
      yield `${JSON.stringify({ suite: data.name, failed })}\n`;
      failed = [];
    } else if (type === 'test:fail') {
      failed.push(data.name);
    }
  }
}
