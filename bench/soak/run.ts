// `npm run soak [-- NAME…]`: proofs that take minutes: what the suite tests in small, in full. Every
// other file of this folder is one, and exports `soak`.
import { globSync } from 'node:fs';
import { basename } from 'node:path';

/** Answers what was done and measured, in a line each. @throws whatever does not hold */
export type Soak = () => Promise<string[]>;

const known = globSync(`${import.meta.dirname}/*.ts`)
  .map((file) => basename(file, '.ts'))
  .filter((name) => name !== 'run')
  .sort();
const names = process.argv.length > 2 ? process.argv.slice(2) : known;

const unknown = names.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`There is no soak ${unknown}; there are: ${known.join(', ')}.`);
  process.exit(2);
}

let failed = 0;
for (const name of names) {
  const { soak } = (await import(`./${name}.ts`)) as { soak: Soak };
  try {
    for (const line of await soak()) console.log(`${name}: ${line}`);
  } catch (error) {
    failed += 1;
    console.error(`${name}: failed`, error);
  }
}
console.log(`${names.length - failed} held, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
