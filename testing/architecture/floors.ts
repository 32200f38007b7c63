import { type Failure, failureAt, isTest } from './failures.ts';
import { importsOf } from './imports.ts';
import type { Source } from './sources.ts';

/** From below to above: a folder imports those that stand before it only, and each has its place. */
const floors: Readonly<Record<string, readonly string[]>> = {
  'server/messaging': [
    // people
    'names',
    'formatting',
    'users',
    'keys',
    // what posts leave behind: files, inboxes, how far everybody has read
    'files',
    'notices',
    'readings',
    // places
    'channels',
    'chats',
    'posts',
    // what is made of all of it
    'members',
    'takeover',
    'inbox',
    'search',
    'home',
    'feed',
    'objects',
    'operator',
    'demo',
  ],
  'server/sync': [
    // what moves
    'conventions',
    'values',
    'filters',
    // where it comes from and goes to
    'connectors',
    // what becomes of it on its way
    'transforms',
    // what is set up
    'access',
    'keys',
    'extensions',
    'connections',
    'schedules',
    'notices',
    // how deep what is done stands
    'causes',
    'syncs',
    // what is done
    'data',
    'webhooks',
    'workflows',
    'alerting',
    'triggers',
    'engine',
    'operator',
    'demo',
  ],
};

export function brokenFloors(sources: Source[]): Failure[] {
  return Object.entries(floors).flatMap(([place, folders]) =>
    sources
      .filter(({ path }) => path.startsWith(`${place}/`) && !isTest(path))
      .flatMap((source) => brokenIn(source, place, folders)),
  );
}

function brokenIn(source: Source, place: string, folders: readonly string[]): Failure[] {
  const own = folderIn(source.path, place);
  if (own === undefined) return [];
  const floor = folders.indexOf(own);
  if (floor < 0) {
    return [failureAt(source, source.tree, `${own} has no floor`, 'give it one in `floors`')];
  }
  return importsOf(source).flatMap(({ node, target }) => {
    const folder = target.startsWith(`${place}/`) ? folderIn(target, place) : own;
    if (folder !== undefined && folders.indexOf(folder) <= floor) return [];
    const remedy = `${own} may import only ${folders.slice(0, floor).join(', ')}`;
    return [failureAt(source, node, `imports ${target}, which stands above it`, remedy)];
  });
}

/** The folder of a place that a path lies in; a file of the place itself is above all of them. */
function folderIn(path: string, place: string): string | undefined {
  const [first, ...rest] = path.slice(place.length + 1).split('/');
  return rest.length > 0 ? first : undefined;
}
