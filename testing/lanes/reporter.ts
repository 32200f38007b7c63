import { Transform } from 'node:stream';
import type { TestEvent } from 'node:test/reporters';
import { toldBy } from './telling.ts';

/** A reporter that writes nothing: what happens in a lane is told to whoever started it. */
export default new Transform({
  objectMode: true,
  transform(event: TestEvent, _encoding, done) {
    for (const told of toldBy(event)) process.send?.(told);
    done();
  },
});
