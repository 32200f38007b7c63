import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Static } from 'typebox';
import {
  type ExtensionCall,
  extensionProtocol,
} from '../../../../contract/sync/extension-protocol.ts';
import type { Json } from '../../values/types.ts';
import { ceilings } from '../ceilings.ts';
import type { Settings } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { hide } from '../http/answer.ts';

export type Asked = {
  readonly name: ExtensionCall;
  readonly body: string;
  readonly signal: AbortSignal;
};

/** How calls reach an extension. */
export type Caller = {
  /** What is answered, before anybody has looked at it. @throws ConnectorError */
  ask(asked: Asked): Promise<Json | undefined>;
};

type Protocol = typeof extensionProtocol;
type Request<Name extends ExtensionCall> = Omit<
  Static<Protocol[Name]['request']>,
  'config' | 'credentials'
>;
export type Answer<Name extends ExtensionCall> = Static<Protocol[Name]['answer']>;

const secretCharactersMin = 4;
const saidCharactersMax = 300;

const ajv = new Ajv({ strict: false, validateSchema: false });
const checks = new Map<ExtensionCall, ValidateFunction>();

/** Calls an extension for one connection, and holds it to what it has to answer. */
export class Calls {
  readonly #caller: Caller;
  readonly #known: Pick<Settings, 'config' | 'credentials'>;
  readonly #secrets: readonly string[];

  constructor(caller: Caller, { config, credentials }: Settings) {
    this.#caller = caller;
    const own = Object.entries(config).filter(([name]) => !Object.hasOwn(ceilings, name));
    this.#known = { config: Object.fromEntries(own), credentials };
    this.#secrets = textsIn(credentials);
  }

  /** @throws ConnectorError that names the member which does not fit */
  async call<Name extends ExtensionCall>(
    name: Name,
    request: Request<Name>,
    signal: AbortSignal,
  ): Promise<Answer<Name>> {
    const body = JSON.stringify({ ...this.#known, ...request });
    const answer = await this.#caller.ask({ name, body, signal });
    const check = checks.get(name) ?? ajv.compile(extensionProtocol[name].answer);
    checks.set(name, check);
    if (check(answer)) return answer as Answer<Name>;
    throw unfit(name, whatIsWrong(check.errors?.[0]));
  }

  /** What an extension says, as it may be shown. */
  shown(text: string): string {
    return hide(text.slice(0, 4 * saidCharactersMax), this.#secrets).slice(0, saidCharactersMax);
  }
}

/** The answer to a call is not what it has to be. */
export function unfit(name: ExtensionCall, what: string): ConnectorError {
  const message = `What the extension answers to "${name}" does not fit: ${what}.`;
  return new ConnectorError('configuration', message);
}

/** The texts in what is secret, of a length that stands for nothing else. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.length < secretCharactersMin ? [] : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

function whatIsWrong({ instancePath, message, params }: Partial<ErrorObject> = {}): string {
  const parts = (instancePath ?? '').split('/').slice(1);
  const path = parts.map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`)).join('');
  const words = params && 'allowedValues' in params ? `${params.allowedValues.join(', ')}` : '';
  return `${path.replace(/^\./, '') || 'it'} ${message ?? 'is not as it has to be'}${words && ` (${words})`}`;
}
