import { defaultRangeExtractor, type Range, useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import type { Row } from './timeline.ts';
import type { MessagesWindow } from './visit.ts';

/** A reader this close to the end follows new messages. */
const endPixels = 60;
/** The next page is loaded this many rows before an edge. */
const edgeRows = 15;
const rowPixels = { whole: 66, continued: 30, line: 22, mark: 40, image: 280 } as const;
const lineCharacters = 90;

/** Where to begin: at the end, or at a row. */
export type Start = { key: string; align: 'start' | 'center' } | 'end';

type Given = {
  rows: readonly Row[];
  start: Start;
  window: MessagesWindow;
  /** Index of a row that stays rendered wherever the list is scrolled: it is being edited. */
  pinned: number;
};

/**
 * Renders only the rows near the visible ones, however many there are. Rows that are added above do
 * not move the visible ones; at the end, new ones are followed.
 */
export function useMessageScroll({ rows, start, window: loaded, pinned }: Given) {
  const scroller = useRef<HTMLDivElement>(null);
  // A page that leads on to the present is not followed, or all pages would be loaded.
  const isPresent = usePrevious(!loaded.hasNewer);
  const startIndex = start === 'end' ? -1 : rows.findIndex(({ key }) => key === start.key);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => estimate(rows[index]),
    rangeExtractor: useCallback((range: Range) => withPinned(range, pinned), [pinned]),
    overscan: 8,
    anchorTo: 'end',
    followOnAppend: isPresent,
    scrollEndThreshold: endPixels,
    paddingStart: 12,
    paddingEnd: 12,
    scrollPaddingStart: 80,
    initialRect: { width: innerWidth, height: innerHeight },
    initialOffset: () => Math.max(0, heightOf(rows, startIndex) - innerHeight / 2),
  });
  const toEnd = useCallback(() => virtualizer.scrollToEnd(), [virtualizer]);
  const begin = useEffectEvent(() => {
    if (start === 'end' || startIndex < 0) toEnd();
    else virtualizer.scrollToIndex(startIndex, { align: start.align });
  });
  useLayoutEffect(() => begin(), []);
  const isAtEnd = useIsAtEnd(scroller, toEnd);
  useMorePages(virtualizer.getVirtualItems(), rows.length, loaded);
  return { scroller, virtualizer, isAtEnd: isAtEnd && !loaded.hasNewer, toEnd };
}

type Items = ReturnType<ReturnType<typeof useVirtualizer>['getVirtualItems']>;

/** Loads the page before or after when its edge comes near; after a failure there is a button. */
function useMorePages(items: Items, count: number, loaded: MessagesWindow): void {
  const { hasOlder, hasNewer, loadOlder, loadNewer, isLoading, moreError } = loaded;
  const first = items[0]?.index ?? count;
  const last = items.at(-1)?.index ?? 0;
  const wantsOlder = hasOlder && first < edgeRows;
  const wantsNewer = hasNewer && last >= count - edgeRows;
  const load = useEffectEvent(() => (wantsOlder ? loadOlder() : loadNewer()));
  useEffect(() => {
    if ((wantsOlder || wantsNewer) && !isLoading && !moreError) load();
  }, [wantsOlder, wantsNewer, isLoading, moreError]);
}

/** Whether the end is visible; it stays so when the list becomes smaller. */
function useIsAtEnd(scroller: { current: HTMLDivElement | null }, toEnd: () => void): boolean {
  const [isAtEnd, setAtEnd] = useState(true);
  const latest = useRef(true);
  const look = useEffectEvent((element: HTMLElement) => {
    const { scrollHeight, scrollTop, clientHeight } = element;
    latest.current = scrollHeight - scrollTop - clientHeight <= endPixels;
    setAtEnd(latest.current);
  });
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const onScroll = () => look(element);
    const observer = new ResizeObserver(() => {
      if (latest.current) toEnd();
      look(element);
    });
    element.addEventListener('scroll', onScroll, { passive: true });
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', onScroll);
      observer.disconnect();
    };
  }, [scroller, toEnd]);
  // New rows move the end away without a scroll event.
  useEffect(() => {
    if (scroller.current) look(scroller.current);
  });
  return isAtEnd;
}

function withPinned(range: Range, pinned: number): number[] {
  const indexes = defaultRangeExtractor(range);
  if (pinned < 0 || pinned >= range.count || indexes.includes(pinned)) return indexes;
  return [...indexes, pinned].sort((one, other) => one - other);
}

/** The estimated height of a row, until it is measured. */
function estimate(row: Row | undefined): number {
  if (!row) return rowPixels.whole;
  const text = row.message?.blocks.join('\n') ?? row.pending?.text ?? '';
  const lines = text
    .split('\n')
    .reduce((sum, line) => sum + Math.ceil(line.length / lineCharacters) || 1, 0);
  const marks = (row.day ? rowPixels.mark : 0) + (row.isFirstNew ? rowPixels.mark : 0);
  const head = row.isContinued ? rowPixels.continued : rowPixels.whole;
  const images = text.includes('<!') ? rowPixels.image : 0;
  return head + Math.min(lines - 1, 20) * rowPixels.line + marks + images;
}

function heightOf(rows: readonly Row[], startIndex: number): number {
  const before = startIndex < 0 ? rows : rows.slice(0, startIndex);
  return before.reduce((sum, row) => sum + estimate(row), 0);
}

function usePrevious<T>(value: T): T {
  const before = useRef(value);
  const shown = before.current;
  useEffect(() => {
    before.current = value;
  });
  return shown;
}
