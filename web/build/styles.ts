import { basename } from 'node:path';
import type { Plugin } from 'vite';

/** The names that a component of Mantine has for its classes. */
const names = /\/node_modules\/@mantine\/core\/esm\/.*\.module\.mjs$/;

/**
 * Loads the styles of a component of Mantine with the component: all of them are 250 KB, and every
 * page needs at most half of that. They are in a layer, so that ours count for more wherever they
 * are loaded.
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
