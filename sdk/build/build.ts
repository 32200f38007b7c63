import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as protocol from '../../contract/sync/extension-protocol.ts';

const sdk = join(import.meta.dirname, '..');
const root = join(sdk, '..');

/** Makes what authors install: JavaScript for Node 20, and types. What was there is deleted. */
export function buildInto(dist: string): void {
  const staged = join(sdk, `node_modules/.staged-${process.pid}`);
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  try {
    stage(staged);
    compile(staged, dist);
    for (const file of globSync('**/*.d.ts', { cwd: dist })) nameScripts(join(dist, file));
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** The sources, with what they take of the contract as plain values: there is no contract elsewhere. */
function stage(staged: string): void {
  cpSync(join(sdk, 'source'), staged, {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  });
  const { conditionOperators, extensionProtocol, fieldTypes } = protocol;
  const values = { conditionOperators, extensionProtocol, fieldTypes };
  const lines = Object.entries(values).map(
    ([name, value]) => `export const ${name} = ${JSON.stringify(value)} as const;\n`,
  );
  writeFileSync(join(staged, 'schemas.ts'), lines.join(''));
}

function compile(staged: string, dist: string): void {
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      target: 'es2023',
      lib: ['es2023', 'dom', 'dom.iterable'],
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: null,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      allowImportingTsExtensions: false,
      rootDir: staged,
      outDir: dist,
    },
    include: [`${staged}/**/*.ts`],
    exclude: [],
  };
  const config = join(staged, 'tsconfig.json');
  writeFileSync(config, JSON.stringify(options));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', config], { stdio: 'inherit' });
}

/** In declarations the compiler leaves the names of sources, which are not in the package. */
function nameScripts(file: string): void {
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace(/(['"]\.{1,2}\/[^'"]*)\.ts(['"])/g, '$1.js$2'));
}
