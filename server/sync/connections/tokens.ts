import { ConnectorError } from '../connectors/failure.ts';

/** What a system has given, as it is kept with the credentials. */
export type Grant = {
  readonly access_token: string;
  readonly refresh_token: string | null;
  readonly expires_at: string | null;
  /** The rest of the answer, without tokens. */
  readonly answer: Readonly<Record<string, unknown>>;
};

const answerBytesMax = 64 * 1024;
const waitMilliseconds = 15_000;
/** What says nothing about the access, though a system may answer it with any status. */
const passing = [
  ...['temporarily_unavailable', 'server_error'],
  ...['ratelimited', 'internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'],
];

/**
 * Asks for tokens (RFC 6749, sections 4.1.3 and 6).
 * @throws ConnectorError `configuration` when it is refused for good, `retry` otherwise
 */
export async function askForTokens(
  fetch: typeof globalThis.fetch,
  place: string,
  parameters: Readonly<Record<string, string>>,
  now: Date,
): Promise<Grant> {
  const response = await fetch(place, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(parameters),
    signal: AbortSignal.timeout(waitMilliseconds),
  }).catch((cause: unknown) => {
    if (cause instanceof ConnectorError) throw cause;
    throw new ConnectorError('retry', `${hostOf(place)} gives no tokens just now.`, { cause });
  });
  const said = await read(response);
  const { access_token: token, refresh_token, expires_in, ...answer } = said;
  if (response.ok && typeof token === 'string' && token !== '') {
    const seconds = Number(expires_in);
    return {
      access_token: token,
      refresh_token: typeof refresh_token === 'string' ? refresh_token : null,
      expires_at: seconds > 0 ? new Date(now.getTime() + seconds * 1000).toISOString() : null,
      answer: withoutTokens(answer),
    };
  }
  const { error } = said;
  const code = typeof error === 'string' && /^\w{1,100}$/.test(error) ? error : undefined;
  const isFinal = response.ok || response.status === 400 || response.status === 401;
  const isOfMoment = code !== undefined && passing.includes(code);
  throw new ConnectorError(
    isFinal && !isOfMoment ? 'configuration' : 'retry',
    `${hostOf(place)} gives no tokens${code === undefined ? '' : ` (${code})`}.`,
    { upstream: `HTTP ${response.status}` },
  );
}

async function read(response: Response): Promise<Record<string, unknown>> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body ?? []) {
    bytes += piece.length;
    if (bytes > answerBytesMax) return {};
    pieces.push(piece);
  }
  try {
    const said: unknown = JSON.parse(Buffer.concat(pieces).toString());
    return typeof said === 'object' && said !== null ? (said as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function withoutTokens(answer: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !/token$/.test(name)));
}

function hostOf(place: string): string {
  return new URL(place).host;
}
