import type { Connector } from './connector.ts';
import { ExtensionError } from './failure.ts';
import { checkSchema } from './schema/check.ts';
import { extensionProtocol } from './schemas.ts';
import { withoutSecrets } from './secrets.ts';

export type CallName = keyof typeof extensionProtocol;

export const callNames = Object.keys(extensionProtocol) as CallName[];

/** What a call is answered with, as over HTTP. */
export interface Called {
  status: number;
  body: unknown;
  retryAfterSeconds?: number | undefined;
  /** Where something was thrown by mistake, for its author: `/home/me/connector.ts:36:20`. */
  at?: string | undefined;
}

type AnyFunction = (request: unknown) => unknown;

/** Makes a call as the server does: the request and the answer are held to the protocol, errors told. */
export async function callConnector(
  connector: Connector,
  name: string,
  request: unknown,
): Promise<Called> {
  try {
    const body = await answerOf(connector, name, request);
    return { status: 200, body };
  } catch (error) {
    return failed(error, request);
  }
}

async function answerOf(connector: Connector, name: string, request: unknown): Promise<unknown> {
  if (!Object.hasOwn(extensionProtocol, name)) {
    throw new ExtensionError(`There is no call "${name}": it is one of ${callNames.join(', ')}.`, {
      status: 404,
    });
  }
  const called = connector[name as CallName] as AnyFunction | undefined;
  if (called === undefined) {
    throw new ExtensionError(`${connector.provider} has no ${name}.`, { status: 404 });
  }
  const protocol = extensionProtocol[name as CallName];
  checkRequest(connector, protocol.request, request);
  const answer = await called.call(connector, request);
  const plain: unknown = answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
  const wrong = checkSchema(plain, protocol.answer);
  if (wrong !== undefined) {
    throw new ExtensionError(`The answer of ${name} is wrong: ${wrong}.`, { status: 500 });
  }
  return plain;
}

function checkRequest(connector: Connector, schema: object, request: unknown): void {
  const wrong =
    checkSchema(request, schema) ??
    checkSchema((request as { config: unknown }).config, connector.configSchema, 'config') ??
    checkSchema(
      (request as { credentials: unknown }).credentials,
      connector.credentialsSchema,
      'credentials',
    );
  if (wrong !== undefined) throw new ExtensionError(`The request is wrong: ${wrong}.`);
}

/** Also of errors of another copy of this package, by their form. */
function failed(error: unknown, request: unknown): Called {
  const { message, status, retryAfterSeconds } = (error ?? {}) as Partial<ExtensionError>;
  const isStatus = Number.isInteger(status) && status! >= 400 && status! <= 599;
  const text = typeof message === 'string' && message !== '' ? message : String(error);
  // What fetch throws says only in its cause what was wrong.
  const { message: cause } = ((error as Error | undefined)?.cause ?? {}) as Partial<Error>;
  const { credentials } = (request ?? {}) as { credentials?: unknown };
  const why = typeof cause === 'string' && cause !== '' ? `: ${cause}` : '';
  return {
    status: isStatus ? status! : 500,
    at: isStatus ? undefined : placeOf(error),
    body: { error: { message: withoutSecrets(text + why, credentials) } },
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
  };
}

/** The first line of code of the author on the way to an error. */
function placeOf(error: unknown): string | undefined {
  const { stack } = (error ?? {}) as { stack?: unknown };
  const lines = typeof stack === 'string' ? stack.split('\n') : [];
  const line = lines.find((one) => /^\s+at .*:\d+:\d+\)?$/.test(one) && !foreign.test(one));
  return line?.match(/(?:file:\/\/)?([^\s()]+:\d+:\d+)\)?$/)?.[1];
}

/** Of Node, and of this package and others; what `compile` makes stands there, too. */
const foreign = /\bnode:|[\\/]node_modules[\\/](?!\.cache[\\/]heddle-extension[\\/])/;
