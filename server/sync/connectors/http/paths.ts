import type { Json } from '../../values/types.ts';

/** What stands at a path of names and numbers in a JSON value: `$`, `data.items`, `pages[0].next`. */
export function at(body: Json | undefined, path: string): Json | undefined {
  let value = body;
  for (const name of stepsOf(path)) {
    if (value === null || typeof value !== 'object') return undefined;
    if (Array.isArray(value)) value = /^\d{1,9}$/.test(name) ? value[Number(name)] : undefined;
    else value = Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function stepsOf(path: string): string[] {
  const plain = path.replace(/^\$\.?/, '').replace(/\[(?:'([^']*)'|"([^"]*)"|(\d+))\]/g, '.$1$2$3');
  return plain.split('.').filter((name) => name !== '');
}
