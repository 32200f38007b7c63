import { setTimeout as wait } from 'node:timers/promises';
import { LogLevel, WebClient } from '@slack/web-api';
import { type JsonObject, objectIn, textIn } from '../../values/members.ts';
import { ConnectorError } from '../failure.ts';
import { type Answer, bodyOf, placeOf, refusalOf } from '../http/answer.ts';
import { askOnce } from '../http/asking.ts';
import { retryAfterSeconds } from '../http/waits.ts';
import type { Outside } from '../outside-contract.ts';
import { Place } from '../place.ts';
import type { SlackSettings } from './config.ts';
import { SlackRefusal } from './refusal.ts';

const timeoutSeconds = 60;
const bodyBytesMax = 64 * 2 ** 20;
const attemptsMax = 5;
/** Limits are counted by the minute: https://docs.slack.dev/apis/web-api/rate-limits */
const waitSecondsMax = 60;
/** A token that a person gave may have been renewed elsewhere. */
const over: readonly string[] = ['token_expired', 'token_revoked', 'invalid_auth'];

/** Says nothing: what the client would print may hold messages of people. */
const logger = {
  ...{ debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, setName() {} },
  getLevel: () => LogLevel.ERROR,
};

/** Calls methods of Slack through its own client, over a way to the network that is guarded. */
export class SlackClient {
  readonly settings: SlackSettings;
  readonly #outside: Outside;
  readonly #place: Place;
  /** What Slack's clock says, in milliseconds, and when it said so. */
  #clock: { readonly said: number; readonly at: number } | undefined;
  #scopes: readonly string[] | undefined;

  constructor(settings: SlackSettings, outside: Outside) {
    this.settings = settings;
    this.#outside = outside;
    this.#place = new Place(outside);
  }

  /** What the token may do, as far as Slack has said it. */
  get scopes(): readonly string[] | undefined {
    return this.#scopes;
  }

  /** The time at Slack, in milliseconds. */
  get now(): number {
    if (!this.#clock) return Date.now();
    return this.#clock.said + (performance.now() - this.#clock.at);
  }

  /** What a method answers, its numbers as they were written. @throws ConnectorError, SlackRefusal */
  async call(
    method: string,
    given: Readonly<Record<string, string | number | boolean | undefined>>,
    signal: AbortSignal = this.#outside.signal,
  ): Promise<JsonObject> {
    let refused: string | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const token = this.settings.token ?? (await this.#outside.access(refused)).token;
      try {
        return await this.#attempt(method, given, { token, signal });
      } catch (error) {
        const isOver = error instanceof SlackRefusal && over.includes(error.code);
        if (isOver && this.settings.token === undefined && refused === undefined) {
          refused = token;
          continue;
        }
        const seconds = isLimit(error) ? error.seconds : undefined;
        if (seconds === undefined || seconds > waitSecondsMax || attempt === attemptsMax) {
          throw error;
        }
        await wait(seconds * 1000, undefined, { signal });
      }
    }
  }

  /** A client lives for one call: the next one may need another token. */
  async #attempt(
    method: string,
    given: Readonly<Record<string, unknown>>,
    { token, signal }: { token: string; signal: AbortSignal },
  ): Promise<JsonObject> {
    let said: JsonObject | undefined;
    let failure: unknown;
    const client = new WebClient(token, {
      slackApiUrl: `${this.settings.baseUrl}/api/`,
      allowAbsoluteUrls: false,
      headers: { 'User-Agent': 'heddle' },
      logger,
      // It would wait for half an hour, and hear of no end.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      fetch: async (input, init = {}) => {
        try {
          const answer = await this.#send(new URL(String(input)), init, { token, signal });
          said = saidIn(answer);
          // What it decides by: it would round the numbers of the rest, and go through all of it to log it.
          const { ok, error } = said;
          return Response.json({ ok, error }, { headers: answer.headers });
        } catch (error) {
          failure = error;
          throw error;
        }
      },
    });
    try {
      const { response_metadata: more } = await client.apiCall(method, { ...given });
      this.#scopes = more?.scopes ?? this.#scopes;
    } catch (error) {
      if (failure !== undefined) throw failure;
      if (said && said.ok !== true) throw new SlackRefusal(said, method);
      throw error;
    }
    return said as JsonObject;
  }

  async #send(
    url: URL,
    init: RequestInit,
    { token, signal }: { token: string; signal: AbortSignal },
  ): Promise<Answer> {
    await this.#place.take(signal);
    await this.#outside.turn(signal);
    const terms = { signal, seconds: timeoutSeconds, bodyBytesMax };
    const place = placeOf(url);
    const answer = { ...(await askOnce(this.#outside, url, init, terms)), url, place };
    this.#hear(answer.headers);
    if (answer.status === 200) return answer;
    const seconds = retryAfterSeconds(answer.headers.get('retry-after'), Date.now());
    const refusal = refusalOf(answer, [token], { retryAfter: seconds, isOfObject: false });
    if (answer.status !== 429 || seconds === undefined) throw refusal;
    throw Object.assign(refusal, { seconds });
  }

  #hear(headers: Headers): void {
    const said = Date.parse(headers.get('date') ?? '');
    if (!Number.isNaN(said)) this.#clock = { said, at: performance.now() };
  }
}

/** More than is allowed was asked: `seconds` says when that is over. */
function isLimit(error: unknown): error is ConnectorError & { seconds: number } {
  return error instanceof ConnectorError && 'seconds' in error;
}

/** @throws ConnectorError */
function saidIn(answer: Answer): JsonObject {
  const said = objectIn(bodyOf(answer));
  if (said && typeof said.ok === 'boolean') return said;
  const message = `${answer.place} does not answer as Slack does: look at config.base_url.`;
  throw new ConnectorError('configuration', message);
}

/** Where a list goes on; undefined at its end. */
export function nextIn({ response_metadata: more }: JsonObject): string | undefined {
  return textIn(objectIn(more)?.next_cursor) || undefined;
}

/** The records of a list. @throws ConnectorError */
export function recordsIn(answer: JsonObject, name: string): JsonObject[] {
  const list = answer[name];
  if (!Array.isArray(list)) {
    const message = `Slack answered no ${name}: look at config.base_url.`;
    throw new ConnectorError('configuration', message);
  }
  return list.map(objectIn).filter((one) => one !== undefined);
}
