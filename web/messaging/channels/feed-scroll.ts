import { useVirtualizer, type VirtualItem } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useRef } from 'react';
import type { FeedRow } from './feed-rows.ts';

const rowPixels = { thread: 150, pending: 150, line: 36 } as const;
/** The next page is loaded this many rows before the end. */
const edgeRows = 12;
const topPixels = 8;

/** The scroll position in each channel, to be restored later. */
const places = new Map<string, { offset: number; measurements: VirtualItem[] }>();

type Given = {
  channelId: string;
  rows: readonly FeedRow[];
  /** Undefined when there are no more, or they are being loaded. */
  loadOlder: (() => void) | undefined;
};

/**
 * Renders only the rows near the visible ones, however many there are. Rows that are added above do
 * not move what is being read.
 */
export function useFeedScroll({ channelId, rows, loadOlder }: Given) {
  const scroller = useRef<HTMLDivElement>(null);
  const before = places.get(channelId);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => rowPixels[rows[index]?.kind ?? 'thread'],
    overscan: 6,
    paddingEnd: 40,
    anchorTo: (scroller.current?.scrollTop ?? 0) > topPixels ? 'end' : 'start',
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: before?.offset ?? 0,
    initialMeasurementsCache: before?.measurements ?? [],
  });
  useEffect(
    () => () => {
      const { scrollOffset, measurementsCache } = virtualizer;
      places.set(channelId, { offset: scrollOffset ?? 0, measurements: measurementsCache });
    },
    [channelId, virtualizer],
  );
  const items = virtualizer.getVirtualItems();
  const isNearEnd = (items.at(-1)?.index ?? 0) >= rows.length - edgeRows;
  const load = useEffectEvent(() => loadOlder?.());
  const canLoad = isNearEnd && loadOlder !== undefined;
  useEffect(() => {
    if (canLoad) load();
  }, [canLoad]);
  const isAtTop = (virtualizer.scrollOffset ?? 0) <= topPixels;
  return { scroller, virtualizer, items, isAtTop };
}
