import type { Clock } from '../runtime/clock.ts';
import type { Config } from '../runtime/config.ts';
import type { Address } from '../runtime/database/connection.ts';
import { Database } from '../runtime/database/database.ts';
import { Listener } from '../runtime/database/listener.ts';
import { refuseBreach } from '../runtime/database/walls.ts';
import { refuseForeign } from '../runtime/events/origin.ts';
import { FailureLimit } from '../runtime/limits/failures.ts';
import { createLimiter } from '../runtime/limits/limiter.ts';
import type { Log } from '../runtime/log.ts';
import { createMetrics } from '../runtime/metrics.ts';
import { Keyring } from '../runtime/secrets/keyring.ts';
import { Secrets } from '../runtime/secrets/secrets.ts';
import { Authentication } from './access/authentication.ts';
import { Keys } from './access/keys.ts';
import { SigningKeys } from './access/signing.ts';
import { Tokens } from './access/tokens.ts';
import { Depths } from './depths/depths.ts';
import { composeFiles } from './files/files.ts';
import { MaintenanceMode } from './maintenance/maintenance.ts';
import type { AllObjects } from './objects.ts';
import { Sessions } from './sessions/sessions.ts';
import { SignIn } from './sign-in/loading.ts';
import { Drawing } from './uploads/drawing/drawing.ts';

const failuresPerMinuteMax = 60;

export type Platform = ReturnType<typeof composePlatform>;

/** The parts that every product stands on, of one process; nothing is started yet. */
export function composePlatform(
  config: Config,
  address: Address,
  { clock, log, objects = {} }: { clock: Clock; log: Log; objects?: AllObjects },
) {
  const database = new Database(address, log);
  const listener = new Listener(address, log);
  const keyring = new Keyring(config);
  const secrets = new Secrets(database, keyring, clock);
  const signingKeys = new SigningKeys(database, listener, keyring, clock);
  const tokens = new Tokens(database, listener, signingKeys, clock, config.publicUrl);
  const keys = new Keys(database, listener, clock, log);
  const failures = new FailureLimit(failuresPerMinuteMax, clock);
  const files = composeFiles(config, log);
  const sessions = new Sessions(database, secrets, clock, config);
  return {
    config,
    clock,
    log,
    database,
    listener,
    keyring,
    secrets,
    depths: new Depths(secrets),
    signingKeys,
    tokens,
    authentication: new Authentication(tokens, keys, failures),
    sessions,
    signIn: new SignIn(config, database, sessions, log),
    maintenance: new MaintenanceMode(database, listener),
    files,
    drawing: new Drawing({ database, files, clock, log }),
    limiter: createLimiter(config.redisUrl, log),
    failures,
    metrics: createMetrics(),
    /** What products give each other to read and write as records. */
    objects,
  };
}

/** Connects, and checks that this process holds the master key that the database was sealed under. */
export async function startPlatform(platform: Platform): Promise<void> {
  const { database, listener } = platform;
  await listener.start();
  await listener.verify((topic) => database.announce(topic));
  await refuseBreach(database);
  await refuseForeign(database);
  await platform.secrets.verifyMasterKey();
  await platform.signingKeys.start();
  await platform.maintenance.look();
  await platform.files.spool.sweep(platform.clock.now());
}

export async function stopPlatform(platform: Platform): Promise<void> {
  platform.limiter.close();
  await platform.signIn.close();
  await platform.listener.close();
  await platform.database.close();
}
