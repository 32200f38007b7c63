import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import { AppError, type FieldError, invalid } from '../../runtime/errors.ts';
import { ceilings } from '../connectors/ceilings.ts';
import type { Connector } from '../connectors/connector.ts';
import { connectors } from '../connectors/list.ts';

const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
formats.default(ajv);

/** The systems that this process can connect to. */
export class Providers {
  readonly list: readonly Connector[];

  /** @param own connectors to the other products of this server */
  constructor(own: readonly Connector[] = []) {
    this.list = [...connectors, ...own];
  }

  find(provider: string): Connector | undefined {
    return this.list.find((one) => one.provider === provider);
  }

  /** @throws AppError 400 that names `provider` */
  require(provider: string): Connector {
    const found = this.find(provider);
    if (found) return found;
    const known = this.list.map((one) => one.provider).join(', ');
    throw invalid('provider', `must be one of ${known}.`, 'enum');
  }

  show() {
    return this.list.map(({ provider, title, config, credentials, capabilities }) => ({
      provider,
      name: title,
      config_schema: { ...config },
      credentials_schema: { ...credentials },
      capabilities: {
        read: capabilities.read,
        write: capabilities.write,
        query: capabilities.query,
        realtime: capabilities.read,
        create_object: capabilities.createObject,
        modes: [...capabilities.modes],
      },
    }));
  }
}

/** What is wrong with `config` or `credentials`; none when they fit the schema of the provider. */
export function problemsOf(
  member: 'config' | 'credentials',
  connector: Connector,
  given: unknown,
): FieldError[] {
  const check = ajv.compile(connector[member]);
  if (check(given)) return [];
  return (check.errors ?? []).filter(isWorthSaying).map((problem) => explain(member, problem));
}

/** @throws AppError 400 that names each field and its rule */
export function refuse(problems: readonly FieldError[]): void {
  const [first] = problems;
  if (!first) return;
  throw new AppError('invalid_request', {
    message: `${first.field}: ${first.message}`,
    fields: [...problems],
  });
}

/** That none of several forms fits is said by what is wrong with each of them. */
const isWorthSaying = ({ keyword }: ErrorObject) => keyword !== 'anyOf' && keyword !== 'oneOf';

const ceilingFields = new Set(Object.keys(ceilings).map((name) => `config.${name}`));

/** Never the value: it may be a secret. */
function explain(member: string, { instancePath, keyword, params, message }: ErrorObject) {
  const path = [member, ...instancePath.split('/').slice(1)];
  if (keyword === 'required') path.push(String(params.missingProperty));
  if (keyword === 'additionalProperties') path.push(String(params.additionalProperty));
  const field = path.join('.');
  return { field, message: ruleOf(field, keyword, message), constraint: keyword };
}

function ruleOf(field: string, keyword: string, message = 'does not fit'): string {
  if (keyword === 'required') return 'is required.';
  if (keyword !== 'additionalProperties' && keyword !== 'false schema') return `${message}.`;
  if (ceilingFields.has(field))
    return 'limits what is beyond this machine; its products and files have no limits.';
  return 'is not known to this provider.';
}
