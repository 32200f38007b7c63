import type { TObject, TSchema } from 'typebox';
import type { OutsideContext } from '../../platform/context.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { ceilings } from '../connectors/ceilings.ts';
import type { Connector, Session, Settings } from '../connectors/connector.ts';
import { type Caller, Calls, textsIn } from '../connectors/extension/calls.ts';
import { HttpCaller } from '../connectors/extension/http.ts';
import {
  capabilitiesOf,
  ExtensionSession,
  type Manifest,
} from '../connectors/extension/session.ts';
import { ConnectorError } from '../connectors/failure.ts';
import type { Outside } from '../connectors/outside-contract.ts';
import { Bundles } from './bundles.ts';
import { hostsOf } from './hosts.ts';
import { completed } from './manifest.ts';
import { faultsOf } from './schemas.ts';
import { signingOf } from './secrets.ts';
import {
  type ExtensionRow,
  holdVersion,
  selectCode,
  selectVersion,
  selectVersions,
  type Version,
} from './store.ts';
import { newestOf } from './versions.ts';

const anything = { type: 'object' };

/** The connectors that organizations have registered for themselves. */
export class Extensions {
  readonly #keyring: Keyring;
  readonly #bundles = new Bundles();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  /** Of one version, or the newest; undefined where there is none. */
  async find(
    db: Db,
    organization: number,
    provider: string,
    version?: string,
  ): Promise<Connector | undefined> {
    const known = version ?? newestOf(await this.#versions(db, organization, provider));
    if (known === undefined) return undefined;
    const row = await selectVersion(db, organization, { provider, version: known });
    return row && this.#connectorOf(db, row);
  }

  /** The newest version of each provider. */
  async list(db: Db, organization: number): Promise<Connector[]> {
    const versions = await selectVersions(db, organization);
    const byProvider = Object.groupBy(versions, ({ provider }) => provider);
    const found = Object.entries(byProvider).map(([provider, own = []]) =>
      this.find(db, organization, provider, newestOf(own.map(({ version }) => version))),
    );
    return (await Promise.all(found)).filter((one) => one !== undefined);
  }

  /** So that it is not deleted before what names it is committed. */
  hold(tx: Tx, organization: number, version: Version): Promise<boolean> {
    return holdVersion(tx, organization, version);
  }

  /** The manifest of a bundle, completed by what its code says. @throws AppError 400 */
  async look(
    { organization }: Pick<OutsideContext, 'organization'>,
    { code, provider, manifest }: Looked,
  ): Promise<Manifest> {
    const described = await this.#bundles.describe(organization, code ?? '');
    if ('complaint' in described) throw invalid('code', `${described.complaint}.`);
    return completed({ ...manifest }, provider, described);
  }

  /** The processes of bundles that run just now. */
  get pids(): number[] {
    return this.#bundles.pids;
  }

  close(): Promise<void> {
    return this.#bundles.close();
  }

  async #versions(db: Db, organization: number, provider: string): Promise<string[]> {
    return (await selectVersions(db, organization, provider)).map(({ version }) => version);
  }

  #connectorOf(db: Db, row: ExtensionRow): Connector {
    const { provider, version, name, manifest } = row;
    const config = withCeilings(manifest.config_schema ?? anything);
    const credentials = manifest.credentials_schema ?? anything;
    return {
      ...{ provider, title: name, capabilities: capabilitiesOf(manifest) },
      config: config as unknown as TObject,
      credentials: credentials as TSchema,
      extension: { version, hosts: hostsOf(row) },
      faults: (member, given) => faultsOf(member === 'config' ? config : credentials, given),
      open: (settings, outside) => this.#open(db, row, settings, outside),
    };
  }

  async #open(db: Db, row: ExtensionRow, settings: Settings, outside: Outside): Promise<Session> {
    const caller = await this.#callerOf(db, row, textsIn(settings.credentials), outside);
    return new ExtensionSession(new Calls(caller, settings), row.manifest, outside.signal);
  }

  async #callerOf(
    db: Db,
    row: ExtensionRow,
    hidden: readonly string[],
    outside: Outside,
  ): Promise<Caller> {
    const { organization_id: organization, id, url } = row;
    if (row.type === 'http') {
      const signing = signingOf(this.#keyring, row, new Date());
      return new HttpCaller({ url: url ?? '', signing, hidden }, outside);
    }
    const code = await selectCode(db, organization, id);
    if (code === undefined) throw new ConnectorError('configuration', 'The extension was deleted.');
    return this.#bundles.callerOf({ organization, code, hosts: hostsOf(row), hidden }, outside);
  }
}

type Looked = { code?: string | null; provider: string; manifest?: Manifest | null };

/** They are this server's own, whatever the schema of an extension says. */
function withCeilings(schema: NonNullable<Manifest['config_schema']>) {
  const { properties = {} } = schema as { properties?: object };
  return { ...schema, properties: { ...properties, ...ceilings } };
}
