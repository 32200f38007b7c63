/** What imports what. */
export type Graph = ReadonlyMap<string, readonly string[]>;

/** For each strongly connected component with a cycle, one shortest cycle through it. */
export function knotsOf(graph: Graph): string[][] {
  const seen = new Set<string>();
  const knots: string[][] = [];
  for (const start of [...graph.keys()].sort()) {
    const cycle = seen.has(start) ? undefined : shortestCycle(graph, start);
    if (cycle === undefined) continue;
    knots.push(cycle);
    for (const path of component(graph, start)) seen.add(path);
  }
  return knots;
}

function shortestCycle(graph: Graph, start: string): string[] | undefined {
  const trails = [[start]];
  const seen = new Set<string>();
  for (const trail of trails) {
    for (const next of graph.get(trail.at(-1)!) ?? []) {
      if (next === start) return trail;
      if (seen.has(next)) continue;
      seen.add(next);
      trails.push([...trail, next]);
    }
  }
  return undefined;
}

function component(graph: Graph, start: string): string[] {
  return reachable(graph, start).filter((path) => reachable(graph, path).includes(start));
}

function reachable(graph: Graph, start: string): string[] {
  const found = new Set<string>([start]);
  for (const path of found) for (const next of graph.get(path) ?? []) found.add(next);
  return [...found];
}
