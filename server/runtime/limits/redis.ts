import { Redis, ReplyError } from 'ioredis';
import { type Log, loggable } from '../log.ts';
import { type Allowance, allowanceOf, dayMilliseconds, unitsPerToken } from './bucket.ts';
import type { Plan } from './plans.ts';

type Answer = [allowed: number, units: number, at: number, day: number, used: number];
type Client = Redis & { takeToken(key: string, ...numbers: number[]): Promise<Answer> };

const commandMilliseconds = 100;
const reconnectMilliseconds = 500;
const loggedMilliseconds = 60_000;

// The arithmetic of bucket.ts. A key outlives what it has to remember by a minute, for clocks that
// differ.
const takeToken = `
local now, perMinute, full, perDay = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local asked = tonumber(ARGV[5])
if asked then
  local time = redis.call('TIME')
  now = now + time[1] * 1000 + math.floor(time[2] / 1000) - asked
end
local kept = redis.call('HMGET', KEYS[1], 'units', 'at', 'day', 'used')
local units, at = tonumber(kept[1]) or full, tonumber(kept[2]) or now
local keptDay, used = tonumber(kept[3]), tonumber(kept[4]) or 0
if now > at then units = units + (now - at) * perMinute end
at = now
if units > full then units = full end
local day = math.floor(at / ${dayMilliseconds})
if not keptDay or day > keptDay then used = 0 end
local allowed = 0
if units >= ${unitsPerToken} and (perDay < 0 or used < perDay) then
  allowed = 1
  units = units - ${unitsPerToken}
  used = used + 1
end
local keep = math.ceil((full - units) / perMinute)
if perDay >= 0 then keep = math.max(keep, (day + 1) * ${dayMilliseconds} - at) end
redis.call('HSET', KEYS[1], 'units', string.format('%.0f', units), 'at', string.format('%.0f', at),
  'day', string.format('%.0f', day), 'used', string.format('%.0f', used))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', keep + 60000))
return {allowed, units, at, day, used}
`;

/**
 * Buckets that several processes share. Nothing waits for a Redis that cannot be reached: `take`
 * answers undefined at once while there is no connection, and after 100 ms when one does not
 * answer.
 */
export class RedisBuckets {
  readonly #client: Client;
  readonly #log: Log;
  #answers = false;
  #loggedAt = -Infinity;

  constructor(url: string, log: Log) {
    this.#log = log;
    this.#client = new Redis(url, {
      commandTimeout: commandMilliseconds,
      connectTimeout: 1_000,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => reconnectMilliseconds,
      scripts: { takeToken: { lua: takeToken, numberOfKeys: 1 } },
    }) as Client;
    this.#client.on('ready', () => {
      this.#answers = true;
    });
    this.#client.on('close', () => {
      this.#answers = false;
    });
    this.#client.on('error', (error) => this.#report(error));
  }

  /**
   * Undefined when Redis cannot be asked now. When `asked`, the time, is that of this machine's
   * clock, Redis uses its own instead: the clocks of several machines differ, and each would refill
   * the bucket by the difference when it comes after another.
   */
  take(
    key: string,
    plan: Plan,
    now: number,
    asked?: number,
  ): Promise<Allowance | undefined> | undefined {
    const times = asked === undefined ? [now] : [now, asked];
    return this.#answers ? this.#ask(key, plan, times) : undefined;
  }

  close(): void {
    this.#client.disconnect();
  }

  async #ask(key: string, plan: Plan, [now, ...asked]: number[]): Promise<Allowance | undefined> {
    const full = plan.burst * unitsPerToken;
    const perDay = plan.perDay === Infinity ? -1 : plan.perDay;
    const numbers = [now as number, plan.perMinute, full, perDay, ...asked];
    try {
      const answer = await this.#client.takeToken(`heddle:limit:${key}`, ...numbers);
      const [allowed, units, at, day, used] = answer;
      return allowanceOf({ units, at, day, used }, plan, allowed === 1);
    } catch (error) {
      this.#report(error);
      if (!(error instanceof ReplyError)) this.#reconnect();
      return undefined;
    }
  }

  /** A connection that went silent would make every request wait; a new one says when it works. */
  #reconnect(): void {
    if (!this.#answers) return;
    this.#answers = false;
    this.#client.disconnect(true);
  }

  #report(error: unknown): void {
    if (performance.now() - this.#loggedAt < loggedMilliseconds) return;
    this.#loggedAt = performance.now();
    this.#log.warn(loggable(error), 'Redis cannot be asked; limits are kept in memory meanwhile');
  }
}
