// What the simulators write as numbers: it declares them for the compiler.
import type {} from '../../sync/values/exact-json.ts';

/** A vendor's system on loopback, and what a connection to it is given. */
export type Simulator = {
  readonly provider: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, unknown>>;
  readonly url: string;
  end(): Promise<void>;
};

type Options = {
  port?: number;
  records?: number;
  /** For measurements: it never says that it is asked too much. */
  isUnlimited?: boolean;
};
type Start = (options: Options) => Promise<Simulator>;

/** Those that anybody can start, by the name of their provider. */
export const simulators: Readonly<Record<string, Start>> = {
  salesforce: async (options) => {
    const { startSalesforce } = await import('./salesforce/simulator.ts');
    const simulator = await startSalesforce(options);
    const { consumerKey, consumerSecret } = simulator.signIn;
    return {
      provider: 'salesforce',
      url: simulator.url,
      config: { base_url: simulator.url },
      credentials: {
        oauth_flow: 'client_credentials',
        consumer_key: consumerKey,
        consumer_secret: consumerSecret,
      },
      end: () => simulator.end(),
    };
  },
  hubspot: async (options) => {
    const { startHubspot } = await import('./hubspot/simulator.ts');
    const limits = { interval: 1e9, searchesPerSecond: 1e9, daily: 1e9 };
    const simulator = await startHubspot({
      ...options,
      ...(options.isUnlimited ? { limits } : {}),
    });
    return {
      provider: 'hubspot',
      url: simulator.url,
      config: { base_url: simulator.url },
      credentials: simulator.credentials,
      end: () => simulator.end(),
    };
  },
  snowflake: async (options) => {
    const { startSnowflake } = await import('./snowflake/simulator.ts');
    const simulator = await startSnowflake(options);
    const { account, user, privateKey } = simulator.signIn;
    return {
      provider: 'snowflake',
      url: simulator.url,
      config: {
        ...{ account, database: simulator.database, schema: 'PUBLIC' },
        base_url: simulator.url,
      },
      credentials: { user, private_key: privateKey },
      end: () => simulator.end(),
    };
  },
  sap: async (options) => {
    const { startSap } = await import('./sap/simulator.ts');
    const simulator = await startSap(options);
    return {
      provider: 'sap',
      url: simulator.url('v2'),
      config: { base_url: simulator.url('v2') },
      credentials: simulator.credentials,
      end: () => simulator.end(),
    };
  },
  slack: async (options) => {
    const { startSlack } = await import('./slack/simulator.ts');
    const { limitsDefault, unlimited } = await import('./slack/throttle.ts');
    const limits = options.isUnlimited ? unlimited : limitsDefault;
    const simulator = await startSlack({ ...options, limits });
    return {
      provider: 'slack',
      url: simulator.url,
      config: { base_url: simulator.url, default_channel: 'general' },
      credentials: simulator.credentials,
      end: () => simulator.end(),
    };
  },
  workday: async (options) => {
    const { startWorkday } = await import('./workday/simulator.ts');
    const simulator = await startWorkday(options);
    return {
      provider: 'workday',
      url: simulator.url,
      config: simulator.config,
      credentials: simulator.oauth,
      end: () => simulator.end(),
    };
  },
};
