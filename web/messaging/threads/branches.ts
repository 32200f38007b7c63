import { useCallback, useState } from 'react';

/** The branches that are collapsed. */
export function useBranches() {
  const [collapsed, setCollapsed] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) => setCollapsed((before) => before.symmetricDifference(new Set([id]))),
    [],
  );
  const open = useCallback(
    (ids: readonly string[]) => setCollapsed((before) => before.difference(new Set(ids))),
    [],
  );
  return { collapsed, toggle, open };
}
