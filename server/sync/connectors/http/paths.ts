import type { Json } from '../../values/types.ts';

/**
 * What stands at a path of names and numbers in a JSON value: `$`, `data.items`, `pages[0].next`. A
 * name may have dots itself, as `@odata.nextLink` does: then the longest one that is there counts.
 */
export function at(body: Json | undefined, path: string): Json | undefined {
  return follow(body, stepsOf(path));
}

function follow(value: Json | undefined, steps: readonly string[]): Json | undefined {
  if (steps.length === 0) return value;
  if (value === undefined || value === null || typeof value !== 'object') return undefined;
  const [first = '', ...rest] = steps;
  if (Array.isArray(value)) {
    return follow(/^\d{1,9}$/.test(first) ? value[Number(first)] : undefined, rest);
  }
  for (let count = steps.length; count > 0; count -= 1) {
    const name = steps.slice(0, count).join('.');
    if (Object.hasOwn(value, name)) return follow(value[name], steps.slice(count));
  }
  return undefined;
}

function stepsOf(path: string): string[] {
  const plain = path.replace(/^\$\.?/, '').replace(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g, '.$1$2$3');
  return plain.split('.').filter((name) => name !== '');
}
