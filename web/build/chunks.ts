import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './digest.ts';

/** What the bundler tells of a module. https://rolldown.rs/reference/Interface.ModuleInfo */
type Graph = {
  getModuleInfo: (
    id: string,
  ) => { importers: readonly string[]; dynamicImporters: readonly string[] } | null;
};

const shared = 'shared';
/** Each page takes its own parts of these long lists; which ones, only the bundler knows. */
const taken = /\/node_modules\/@(mantine|tabler)\//;

/**
 * Few files, and none with code that only another area needs: a browser has six connections, and
 * dozens of small files wait for each other. What every page starts with is one file; what several
 * areas share, a second; and what several pages of one area share, one for each area. If files
 * imported each other in a circle, they would run before what they need is there: here each needs
 * only those before it.
 */
export function chunkGroups() {
  const areas = readdirSync(join(root, 'web'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const known = new Map<string, string>();
  const nameOf = (id: string, graph: Graph): string => {
    const name = known.get(id) ?? nameFor(id, graph);
    known.set(id, name);
    return name;
  };
  const nameFor = (id: string, graph: Graph): string => {
    if (taken.test(id)) return shared;
    const folder = id.startsWith(root)
      ? /^\/(?:web|contract)\/(\w[\w-]*)\//.exec(id.slice(root.length))?.[1]
      : undefined;
    if (folder !== undefined && areas.includes(folder) && !parts.has(folder)) return folder;
    // A cycle of imports adds nothing.
    known.set(id, '');
    const { importers = [], dynamicImporters = [] } = graph.getModuleInfo(id) ?? {};
    const names = new Set([...importers, ...dynamicImporters].map((one) => nameOf(one, graph)));
    names.delete('');
    return names.size === 1 ? ([...names][0] as string) : shared;
  };
  return [
    { name: 'start', tags: ['$initial' as const], minShareCount: 2, priority: 3 },
    {
      debugName: shared,
      name: (id: string, graph: Graph) => (nameOf(id, graph) === shared ? shared : null),
      minShareCount: 2,
      priority: 2,
    },
    {
      debugName: 'areas',
      name: nameOf,
      minShareCount: 2,
      priority: 1,
      includeDependenciesRecursively: false,
    },
  ];
}

/** Folders that are no areas: their modules belong to the importing areas. */
const parts = new Set(['ui', 'platform', 'build', 'dist']);
