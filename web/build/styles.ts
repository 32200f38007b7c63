import { basename } from 'node:path';
import type { Plugin } from 'vite';

/** The names that a component of Mantine has for its classes. */
const names = /\/node_modules\/@mantine\/core\/esm\/.*\.module\.mjs$/;

/**
 * Loads the styles of a component of Mantine with the component: all of them together would be a
 * third of what the first page loads. They are in a layer, so that ours come after them wherever
 * they are loaded.
 */
export function stylesOfComponents(): Plugin {
  return {
    name: 'heddle-styles-of-components',
    enforce: 'pre',
    transform: {
      filter: { id: names },
      handler(code, id) {
        const component = basename(id.split('?', 1)[0] as string, '.module.mjs');
        return {
          code: `import '@mantine/core/styles/${component}.layer.css';\n${code}`,
        };
      },
    },
  };
}
