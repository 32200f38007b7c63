import { Ajv, type ErrorObject } from 'ajv';
import formats from 'ajv-formats';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { AppError, type FieldError, invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { ceilings } from '../connectors/ceilings.ts';
import type { Connector } from '../connectors/connector.ts';
import { connectors } from '../connectors/list.ts';
import { Extensions } from '../extensions/registry.ts';

const ajv = new Ajv({ strict: false, validateSchema: false, allErrors: true });
formats.default(ajv);

type Connected = { provider: string; provider_version: string | null };

/** The systems that this process can connect to: those that are built in, and those of an organization. */
export class Providers {
  readonly list: readonly Connector[];
  readonly #extensions: Extensions;

  /** @param own connectors to the other products of this server */
  constructor(keyring: Keyring, own: readonly Connector[] = []) {
    this.list = [...connectors, ...own];
    this.#extensions = new Extensions(keyring);
  }

  /** Of those that are built in. */
  find(provider: string): Connector | undefined {
    return this.list.find((one) => one.provider === provider);
  }

  /** Of a connection; undefined where its extension was deleted. */
  async of(
    db: Db,
    organization: number,
    { provider, provider_version: version }: Connected,
  ): Promise<Connector | undefined> {
    if (version === null) return this.find(provider);
    return this.#extensions.find(db, organization, provider, version);
  }

  /** The same. @throws AppError 400 that names `field` */
  async requireOf(db: Db, organization: number, field: string, connected: Connected) {
    const found = await this.of(db, organization, connected);
    if (found) return found;
    throw invalid(field, `${goneOf(connected)} Give the connection a version that is there.`);
  }

  /** What a new connection, or one that is moved, is to be of. @throws AppError 400 */
  async choose(
    db: Db,
    organization: number,
    provider: string,
    version?: string | null,
  ): Promise<Connector> {
    const builtIn = this.find(provider);
    if (builtIn && version) {
      throw invalid('provider_version', `must not be given: ${provider} is built in.`);
    }
    if (builtIn) return builtIn;
    const found = await this.#extensions.find(db, organization, provider, version ?? undefined);
    if (found) return found;
    const others = await this.#extensions.list(db, organization);
    if (version && others.some((one) => one.provider === provider)) {
      throw invalid('provider_version', `there is no version ${version} of ${provider}.`);
    }
    const known = [...this.list, ...others].map((one) => one.provider).join(', ');
    throw invalid('provider', `must be one of ${known}.`, 'enum');
  }

  /** So that it is there when what names it is committed. @throws AppError 400 */
  async hold(tx: Tx, organization: number, { provider, extension }: Connector): Promise<void> {
    if (!extension) return;
    const { version } = extension;
    if (await this.#extensions.hold(tx, organization, { provider, version })) return;
    throw invalid('provider', goneOf({ provider, provider_version: version }));
  }

  async show(db: Db, organization: number) {
    return this.showBuiltIn(await this.#extensions.list(db, organization));
  }

  /** The same, with others beside them. */
  showBuiltIn(others: readonly Connector[] = []) {
    return [...this.list, ...others].map(
      ({ provider, title, config, credentials, capabilities, extension }) => ({
        provider,
        ...(extension ? { version: extension.version } : {}),
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
      }),
    );
  }

  /** The manifest of a bundle, completed by what its code says. @throws AppError 400 */
  readonly lookAtCode: Extensions['look'] = (ctx, given) => this.#extensions.look(ctx, given);

  /** The processes of bundles that run just now. */
  get pids(): number[] {
    return this.#extensions.pids;
  }

  close(): Promise<void> {
    return this.#extensions.close();
  }
}

/** Why nothing can be done with a connection. */
export function goneOf({ provider, provider_version: version }: Connected): string {
  return `The extension ${[provider, version].filter(Boolean).join(' ')} was deleted.`;
}

/** What is wrong with `config` or `credentials`; none when they fit the schema of the provider. */
export function problemsOf(
  member: 'config' | 'credentials',
  connector: Connector,
  given: unknown,
): FieldError[] {
  const faults = connector.faults?.(member, given) ?? faultsOf(connector[member], given);
  return faults.filter(isWorthSaying).map((problem) => explain(member, problem));
}

function faultsOf(schema: object, given: unknown): ErrorObject[] {
  const check = ajv.compile(schema);
  return check(given) ? [] : (check.errors ?? []);
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
