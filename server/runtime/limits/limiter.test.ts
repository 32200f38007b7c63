import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { startRedis, type TestRedis } from '../../../testing/redis.ts';
import type { Log } from '../log.ts';
import { dayMilliseconds } from './bucket.ts';
import { type Allowance, allowanceHeaders, createLimiter, type Limiter } from './limiter.ts';
import { MemoryBuckets } from './memory.ts';
import { plans } from './plans.ts';
import { RedisBuckets } from './redis.ts';

const noon = new Date(Date.UTC(2026, 2, 28, 12));

test('in memory the answer is a value, and without a limit there is none', () => {
  const limiter = createLimiter(undefined, quiet());

  const answer = limiter.take('key', 'enterprise', noon);

  assert.ok(answer && !(answer instanceof Promise));
  assert.equal(answer.remaining, 1_000);
  assert.equal(limiter.take('key', 'unlimited', noon), undefined);
});

test('guesses at an account are not forgotten for guesses from many addresses', () => {
  const limiter = createLimiter(undefined, quiet());
  const guess = () => limiter.take('guessed', 'account', noon) as Allowance;
  for (let nth = 0; nth < 50; nth += 1) guess();

  for (let nth = 0; nth < 50_000; nth += 1) {
    limiter.take(`address ${nth}`, 'address', noon);
    limiter.take(`account ${nth}`, 'account', noon);
  }

  assert.equal(guess().allowed, false);
});

test('headers say what the answer says, and when to come back only to who was refused', () => {
  const limiter = createLimiter(undefined, quiet());
  const take = () => allowanceHeaders(limiter.take('key', 'developer', noon) as Allowance);

  const first = take();
  const last = Array.from({ length: 100 }, take).at(-1);

  const resetSeconds = noon.getTime() / 1000;
  assert.deepEqual(first, {
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '60',
    'x-ratelimit-reset': String(resetSeconds + 1),
  });
  assert.deepEqual(last, {
    'x-ratelimit-limit': '60',
    'x-ratelimit-remaining': '0',
    'x-ratelimit-reset': String(resetSeconds + 100),
    'retry-after': '1',
  });
});

test('Redis answers exactly what memory would', async (t) => {
  const redis = await serve(t);
  const buckets = await connect(t, redis);
  const plan = fc.record({
    perMinute: fc.integer({ min: 1, max: 1_000 }),
    burst: fc.integer({ min: 1, max: 20 }),
    perDay: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.constant(Infinity)),
  });
  const pause = fc.oneof(
    fc.integer({ min: -50, max: 500 }),
    fc.integer({ min: 0, max: dayMilliseconds }),
  );
  let run = 0;

  await fc.assert(
    fc.asyncProperty(plan, fc.array(pause, { maxLength: 60 }), async (one, pauses) => {
      const memory = new MemoryBuckets();
      const key = `run ${run++}`;
      let at = noon.getTime();
      for (const milliseconds of pauses) {
        at += milliseconds;
        assert.deepEqual(await buckets.take(key, one, at), memory.take(key, one, at));
      }
    }),
    { numRuns: 50 },
  );
});

test('a clock that was ahead locks nobody out in Redis either', async (t) => {
  const redis = await serve(t);
  const limiter = await connectLimiter(t, redis);
  const operator = new Redis(redis.url);
  t.after(() => operator.disconnect());
  const at = noon.getTime() + 365 * dayMilliseconds;
  const day = Math.floor(at / dayMilliseconds);
  await operator.hset('heddle:limit:key', { units: 0, at, day, used: 10 });
  const takeAfter = (seconds: number) =>
    limiter.take('key', 'developer', new Date(noon.getTime() + seconds * 1000));

  const corrected = await takeAfter(0);
  const later = await takeAfter(30);

  assert.equal(corrected?.allowed, false);
  assert.equal(corrected?.retryAfterSeconds, 1);
  assert.equal(later?.allowed, true);
  assert.equal(await operator.hget('heddle:limit:key', 'used'), '11');
});

test('processes whose clocks differ do not fill a shared bucket by turns', async (t) => {
  const redis = await serve(t);
  const buckets = await Promise.all([connect(t, redis), connect(t, redis)]);
  const begun = performance.now();

  const answers: (Allowance | undefined)[] = [];
  for (let count = 0; count < 400; count += 1) {
    const now = Date.now() + (count % 2) * 3_600_000;
    answers.push(await buckets[count % 2]?.take('key', plans.developer, now, now));
  }

  const allowed = answers.filter((answer) => answer?.allowed).length;
  const refilled = Math.ceil((performance.now() - begun) / 1000);
  assert.ok(allowed >= 100 && allowed <= 100 + refilled, `${allowed} were allowed`);
});

test('processes that share a Redis share one bucket, whoever is faster', async (t) => {
  const redis = await serve(t);
  const limiters = await Promise.all([1, 2, 3].map(() => connectLimiter(t, redis)));

  const answers = await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      (limiters[index % 3] as Limiter).take('key', 'developer', noon),
    ),
  );

  assert.equal(answers.filter((answer) => answer?.allowed).length, 100);
});

test('a Redis that is away neither fails nor delays a request, and is logged once', async (t) => {
  const lines: string[] = [];
  const limiter = createLimiter('redis://127.0.0.1:1', quiet(lines));
  t.after(() => limiter.close());
  await sleep(1_200);

  const answer = limiter.take('key', 'developer', noon);

  assert.ok(answer && !(answer instanceof Promise));
  assert.equal(answer.remaining, 60);
  assert.deepEqual(lines, ['Redis cannot be asked; limits are kept in memory meanwhile']);
});

test('a Redis that stops answering delays the requests under way, and none after them', async (t) => {
  const redis = await serve(t);
  const limiter = await connectLimiter(t, redis);
  redis.pause();

  // It never answers: whoever asked it gets an answer all the same.
  const underWay = await Promise.all([take(limiter), take(limiter)]);
  const after = limiter.take('key', 'developer', noon);

  assert.ok(underWay.every((answer) => answer?.allowed));
  assert.ok(!(after instanceof Promise));
  redis.resume();
  await untilShared(limiter);
});

test('limits are shared again when Redis has come back', async (t) => {
  const redis = await serve(t);
  const limiter = await connectLimiter(t, redis);
  await redis.stop();

  const away = await Promise.all(Array.from({ length: 50 }, () => take(limiter)));
  await serve(t, redis.port);
  await untilShared(limiter);

  assert.ok(away.every((answer) => answer?.allowed));
});

test('a Redis that does not let us in is one that is away', async (t) => {
  const redis = await serve(t);
  const limiter = createLimiter(redis.url.replace('//', '//nobody:wrong@'), quiet());
  t.after(() => limiter.close());
  await sleep(300);

  const answer = await take(limiter);

  assert.equal(answer?.allowed, true);
});

test('a Redis that refuses the command does not decide, but is asked again', async (t) => {
  const redis = await serve(t);
  const limiter = await connectLimiter(t, redis);
  const operator = new Redis(redis.url);
  await operator.config('SET', 'maxmemory', '1');
  operator.disconnect();

  const answer = await take(limiter);
  const next = limiter.take('key', 'developer', noon);

  assert.equal(answer?.allowed, true);
  assert.ok(next instanceof Promise);
  assert.equal((await next)?.allowed, true);
});

async function serve(t: TestContext, port?: number): Promise<TestRedis> {
  const redis = await startRedis(port);
  t.after(() => redis.stop());
  return redis;
}

async function connect(t: TestContext, { url }: TestRedis): Promise<RedisBuckets> {
  const buckets = new RedisBuckets(url, quiet());
  t.after(() => buckets.close());
  const plan = { perMinute: 1, perDay: 1, burst: 1 };
  while (!(await buckets.take('is it there', plan, 0))) await sleep(10);
  return buckets;
}

async function connectLimiter(t: TestContext, { url }: TestRedis): Promise<Limiter> {
  const limiter = createLimiter(url, quiet());
  t.after(() => limiter.close());
  await untilShared(limiter);
  return limiter;
}

async function take(limiter: Limiter): Promise<Allowance | undefined> {
  return limiter.take('key', 'developer', noon);
}

async function untilShared(limiter: Limiter): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!(limiter.take('is it there', 'enterprise', noon) instanceof Promise)) {
    assert.ok(performance.now() < deadline, 'Redis was not asked within 10 s');
    await sleep(10);
  }
}

function quiet(lines: string[] = []): Log {
  const log: Log = {
    debug: () => undefined,
    info: () => undefined,
    warn: (_, message) => lines.push(message),
    error: (_, message) => lines.push(message),
    child: () => log,
  };
  return log;
}
