// Builds the website:
//   node web/build/run.ts             now
//   node web/build/run.ts --if-stale  when its sources changed since it was built
//   node web/build/run.ts --watch     and again whenever they change
import { watch } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSite } from './build.ts';
import { digestOfSite, digestOfSources, root } from './digest.ts';
import { ensureSite } from './ensure.ts';

const pauseMilliseconds = 150;
const parentCheckMilliseconds = 1_000;
const { values } = parseArgs({
  options: { 'if-stale': { type: 'boolean' }, watch: { type: 'boolean' } },
});
const isFresh = () => digestOfSite() === digestOfSources();

if (!((values['if-stale'] || values.watch) && isFresh())) await buildSite();
if (values.watch) buildOnChange();

function buildOnChange(): void {
  let last = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(rebuild);
    }, pauseMilliseconds);
  };
  for (const folder of ['web', 'contract']) watch(join(root, folder), { recursive: true }, changed);
  endWithParent();
}

/** The server that is developed on may be killed; nobody else would end this. */
function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(), parentCheckMilliseconds);
}

async function rebuild(): Promise<void> {
  if (isFresh()) return;
  try {
    // In a process of its own: this one keeps what it has imported of the contract.
    await ensureSite(() => undefined);
    console.log('The website was rebuilt; reload the page.');
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
  }
}
