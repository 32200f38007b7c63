import type { Embedded } from '../runtime/embedded/embedded.ts';
import { joinCluster, prepareTemplate } from './cluster.ts';

let cluster: Embedded | undefined;

/** Holds PostgreSQL while the test files come and go. */
export async function globalSetup(): Promise<void> {
  cluster = await joinCluster();
  await prepareTemplate(cluster);
}

export async function globalTeardown(): Promise<void> {
  await cluster?.stop();
}
