import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { operation } from './operation.ts';

export function defineForms(program: Command): void {
  const form = program.command('form').description('what patients are asked');
  operation(
    form
      .command('load')
      .description('load a practice’s intake form from a JSON file')
      .requiredOption('--practice <id>', 'id of the practice')
      .argument('<file>', 'with a title, and fields that have name, label, type and required'),
    async ({ practice }, operator, platform, [file = '']) =>
      operator.loadFormOf(platform, String(practice), await read(file)),
  );
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
