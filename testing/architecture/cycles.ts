import { type Failure, failureAt, isTest } from './failures.ts';
import { knotsOf } from './graph.ts';
import { importsOf } from './imports.ts';
import type { Source } from './sources.ts';

/** An import from one thing in a folder to another: a file, or a folder with all that is in it. */
type Step = { from: string; to: string; source: Source; target: string };

/** One failure for each knot of files that import each other, types too. */
export function cycles(sources: Source[]): Failure[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const graph = new Map(sources.map((source) => [source.path, targetsOf(source, byPath)]));
  return knotsOf(graph).map((knot) => {
    const first = byPath.get(knot[0]!)!;
    const what = `an import cycle: ${[...knot, knot[0]].join(' → ')}`;
    return failureAt(first, first.tree, what, 'move what both need into a file below them');
  });
}

function targetsOf(source: Source, byPath: Map<string, Source>): string[] {
  const targets = importsOf(source).map(({ target }) => target);
  return [...new Set(targets)].filter((target) => byPath.has(target));
}

/** Imports upwards that are left. */
const upwards = [
  // The contract derives from every product what endpoints know: its codes, its events.
  { from: 'contract/products.ts', to: /^contract\/\w+\/product\.ts$/ },
  // The router's root shows the frame, within which the areas are routes of the root.
  { from: 'web/shell/inside.ts', to: /^web\/root\.tsx$/ },
  // What a page knows of its home is kept alive by what hears of changes, and the other way round.
  { from: 'web/messaging/home.ts', to: /^web\/messaging\/live\// },
];

/** The same for folders: in each, its files and folders import each other one way only. */
export function folderCycles(sources: Source[]): Failure[] {
  const paths = new Set(sources.map(({ path }) => path));
  const steps = sources
    .filter(({ path }) => !isTest(path))
    .flatMap((source) => stepsOf(source, paths));
  return [...Map.groupBy(steps, ({ from }) => folderOf(from)).values()].flatMap(knotsAmong);
}

function stepsOf(source: Source, paths: ReadonlySet<string>): Step[] {
  return importsOf(source).flatMap(({ target }) => {
    if (!paths.has(target) || isTest(target) || target === source.path) return [];
    if (upwards.some(({ from, to }) => source.path === from && to.test(target))) return [];
    const [from, to] = partingOf(source.path.split('/'), target.split('/'));
    return [{ from, to, source, target }];
  });
}

/** Where two paths part. */
function partingOf(one: string[], other: string[]): [string, string] {
  const at = one.findIndex((part, index) => part !== other[index]);
  return [one.slice(0, at + 1).join('/'), other.slice(0, at + 1).join('/')];
}

function folderOf(path: string): string {
  return path.split('/').slice(0, -1).join('/');
}

function knotsAmong(steps: Step[]): Failure[] {
  const graph = new Map(
    [...Map.groupBy(steps, ({ from }) => from)].map(([from, own]) => [
      from,
      [...new Set(own.map(({ to }) => to))],
    ]),
  );
  return knotsOf(graph).map((knot) => {
    const way = knot.map((from, at) => {
      const to = knot[(at + 1) % knot.length];
      return steps.find((step) => step.from === from && step.to === to)!;
    });
    const { source } = way[0]!;
    const imports = way.map(({ source, target }) => `${source.path} → ${target}`);
    const what = `folders import each other: ${imports.join(', ')}`;
    return failureAt(source, source.tree, what, 'move what both need into a folder below them');
  });
}
