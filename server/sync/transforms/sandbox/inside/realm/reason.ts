/** What was thrown, as its author may see it. It may be anything, and throw in turn. */
export function reasonOf(thrown: unknown): string {
  try {
    if (typeof thrown !== 'object' || thrown === null) {
      return `It threw ${String(thrown)}`.slice(0, 500);
    }
    const { name, message, stack } = thrown as Record<string, unknown>;
    if (typeof message !== 'string' || message === '')
      return 'It threw an object without a message';
    const title = typeof name === 'string' && name !== '' ? `${name}: ` : '';
    const place = typeof stack === 'string' ? stack.slice(0, 5000) : '';
    const line = /transform\.js:(\d+)/.exec(place)?.[1];
    return `${title}${message}`.slice(0, 500) + (line === undefined ? '' : ` (line ${line})`);
  } catch {
    return 'It threw something that cannot be shown';
  }
}
