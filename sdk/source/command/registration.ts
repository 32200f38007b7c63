import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Connector, manifestOf } from '../connector.ts';
import type { Manifest } from '../protocol.ts';
import { existing, packageFolder } from './loading.ts';

/** The body of `POST /v1/extensions`, but for where the code is. */
export interface Registration {
  name: string;
  provider: string;
  version: string;
  manifest: Manifest;
}

/** @throws Error when nothing says the version */
export function registrationOf(connector: Connector, file: string): Registration {
  const version = connector.version ?? packageVersion(file);
  if (version === undefined) {
    throw new Error('Say the version: in the connector (`version`), or in its package.json.');
  }
  const { provider, name = provider } = connector;
  return { name, provider, version, manifest: manifestOf(connector) };
}

function packageVersion(file: string): string | undefined {
  const path = join(packageFolder(existing(file)), 'package.json');
  if (!existsSync(path)) return undefined;
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version?: unknown };
  return typeof version === 'string' ? version : undefined;
}
