import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile, existing, isTypeScript } from './loading.ts';

const testFile = /\.test\.([cm]?[jt]s)$/;

/** `heddle-extension test [FILE…]`: `node --test`, where tests may be written in TypeScript. */
export async function test(words: string[]): Promise<void> {
  const { positionals } = parseArgs({ args: words, allowPositionals: true, options: {} });
  const files = (positionals.length > 0 ? positionals : testFiles('.')).map(existing);
  if (files.length === 0) {
    throw new Error('There are no tests here: name a file *.test.ts, or say which one.');
  }
  const compiled: { file: string; remove(): void }[] = [];
  try {
    for (const file of files) {
      compiled.push(isTypeScript(file) ? await compile(file) : { file, remove: () => undefined });
    }
    process.exitCode = await run(compiled.map(({ file }) => file));
  } finally {
    for (const { remove } of compiled) remove();
  }
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return testFile.test(entry.name) ? [path] : [];
    const isOurs = !entry.name.startsWith('.') && !['node_modules', 'dist'].includes(entry.name);
    return isOurs ? testFiles(path) : [];
  });
}

function run(files: string[]): Promise<number> {
  const words = ['--enable-source-maps', '--test', '--test-reporter=spec', ...files];
  const child = spawn(process.execPath, words, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
