import type { Config, Log } from '../server/main.ts';
import { ensureSite } from '../web/build/ensure.ts';
import type { ServerModule } from './run.ts';

/**
 * Builds the website where it is missing or older than its sources. A server whose website cannot be
 * built still answers its APIs.
 */
export async function prepareWebsite(
  { loggable }: ServerModule,
  { roles }: Config,
  log: Log,
  begin: () => void = () => log.info({}, 'building the website'),
): Promise<void> {
  if (!roles.includes('web')) return;
  try {
    await ensureSite(begin);
  } catch (error) {
    log.warn(loggable(error), 'the website is missing or old');
  }
}
