import { isBuiltin } from 'node:module';
import { basename } from 'node:path';

export interface Bundled {
  code: string;
  /** What it still takes from elsewhere. */
  imports: string[];
}

export interface BundleOptions {
  format: 'esm' | 'cjs';
  /** Leaves packages where they are; else they are part of the file. */
  keepsPackages: boolean;
  /** Where it will be, if errors shall name the lines that it was made of. */
  mappedAt?: string;
}

const missing = `TypeScript and bundles need rolldown here: npm install --save-dev rolldown`;

/** One file of a file and all that it imports. @throws Error when rolldown is not installed */
export async function bundle(file: string, options: BundleOptions): Promise<Bundled> {
  const { rolldown } = await import('rolldown').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ERR_MODULE_NOT_FOUND' ? new Error(missing) : error;
  });
  const isPackage = (id: string) => !/^[./\\]|^[A-Za-z]:/.test(id);
  const made = await rolldown({
    input: file,
    platform: options.keepsPackages ? 'node' : 'neutral',
    resolve: { mainFields: ['module', 'main'] },
    external: (id) => isBuiltin(id) || (options.keepsPackages && isPackage(id)),
    logLevel: 'silent',
  });
  try {
    const { mappedAt } = options;
    const mapped = mappedAt === undefined ? {} : { file: mappedAt, sourcemap: 'inline' as const };
    const { output } = await made.generate({ format: options.format, exports: 'auto', ...mapped });
    const [chunk, ...others] = output;
    if (others.some(({ type }) => type === 'chunk')) {
      throw new Error(
        `${basename(file)} imports something later, by import(): import it at the top.`,
      );
    }
    return { code: chunk.code, imports: [...chunk.imports, ...chunk.dynamicImports] };
  } finally {
    await made.close();
  }
}
