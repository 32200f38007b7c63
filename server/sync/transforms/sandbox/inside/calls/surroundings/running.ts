type Exported = Record<string, unknown>;

const outcomeCharactersMax = 16 * 2 ** 20;

/** What a call comes to, as JSON: `answer` or `error`. Without a name: what the bundle is. */
export async function run(exported: unknown, name: string, text: string): Promise<string> {
  try {
    const connector = connectorIn(exported);
    const answer = name === '' ? described(connector) : await act(connector, name, text);
    const outcome = JSON.stringify({ answer });
    if (outcome.length <= outcomeCharactersMax) return outcome;
    const message = `It answers more than ${outcomeCharactersMax} characters of JSON`;
    throw Object.assign(new RangeError(message), { status: 413 });
  } catch (thrown) {
    return JSON.stringify({ error: told(thrown) });
  }
}

export function connectorIn(exported: unknown): Exported {
  const given = exported as Exported | null | undefined;
  const inner = given?.default as Exported | undefined;
  const connector = given?.provider === undefined && inner ? inner : given;
  if (typeof connector === 'object' && connector !== null) return connector;
  throw new TypeError('The bundle must export a connector: by export default or module.exports');
}

export function described(connector: Exported): unknown {
  const { provider, configSchema, credentialsSchema, operations } = connector;
  const calls = ['check', 'discover', 'read', 'write', 'query'];
  const has = calls.filter((one) => typeof connector[one] === 'function');
  return { provider, configSchema, credentialsSchema, operations, has };
}

export async function act(connector: Exported, name: string, text: string): Promise<unknown> {
  const call = connector[name];
  if (typeof call === 'function') return call.call(connector, JSON.parse(text));
  throw Object.assign(new TypeError(`The bundle has no function "${name}"`), { status: 400 });
}

/** What was thrown, as its author may see it. It may be anything, and throw in turn. */
export function told(thrown: unknown): object {
  try {
    if (typeof thrown !== 'object' || thrown === null) return { message: String(thrown) };
    const { name, message, stack, status, retryAfterSeconds } = thrown as Exported;
    const title = typeof name === 'string' && name !== 'ExtensionError' ? `${name}: ` : '';
    const place = /bundle\.js:(\d+):(\d+)/.exec(
      typeof stack === 'string' ? stack.slice(0, 5000) : '',
    );
    return {
      message: `${title}${String(message)}`.slice(0, 1000),
      line: place ? Number(place[1]) : undefined,
      column: place ? Number(place[2]) : undefined,
      status: typeof status === 'number' ? status : undefined,
      retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    };
  } catch {
    return { message: 'It threw something that cannot be shown' };
  }
}
