import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';

type Define = (program: Command) => void;

/** What the folder of each product in `cli/` adds to the command: `define` of its `commands.ts`. */
export async function productCommands(): Promise<Define[]> {
  const found = readdirSync(import.meta.dirname, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
    .map(({ name }) => join(import.meta.dirname, name, 'commands.ts'));
  const modules: { define: Define }[] = await Promise.all(found.map((path) => import(path)));
  return modules.map(({ define }) => define);
}
