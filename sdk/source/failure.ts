/**
 * A call that cannot be done, with what is told of it. `status` says whose fault it is: 400 (there is
 * no such object), 401 or 403 (not with these credentials), 429 (later, after `retryAfterSeconds`),
 * 500 or 502 (later).
 */
export class ExtensionError extends Error {
  override readonly name = 'ExtensionError';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: { status?: number; retryAfterSeconds?: number } = {}) {
    super(message);
    this.status = options.status ?? 400;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * What a system answered in place of what was asked for, as an `ExtensionError` to throw: its status,
 * its `Retry-After`, and the beginning of its text. A 404 and other refusals are a 400 here.
 */
export async function failureOf(response: Response): Promise<ExtensionError> {
  const { status, headers } = response;
  const text = (await response.text().catch(() => '')).replace(/\s+/g, ' ').trim();
  const said = text === '' ? '' : `: ${text.slice(0, 300)}`;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new ExtensionError(`The system answered ${status}${said}`, {
    status: status >= 500 ? 502 : [401, 403, 429].includes(status) ? status : 400,
    ...(Number.isFinite(seconds) ? { retryAfterSeconds: seconds } : {}),
  });
}
