import type { Inline, Marked } from './tree.ts';

const kinds = {
  '*': 'bold',
  '**': 'bold',
  '/': 'italic',
  _: 'underline',
  '-': 'strikethrough',
} as const satisfies Record<string, Marked['type']>;

export type Marker = keyof typeof kinds;

/**
 * A marker that waits for its closing one, and what came after it; the first frame is the whole
 * text.
 */
export type Frame = { marker: Marker | ''; start: number; children: Inline[] };

export function isMarker(text: string): text is Marker {
  return Object.hasOwn(kinds, text);
}

/** Opens a frame. An older one of the same marker becomes text: the nearest opener counts. */
export function openFrame(frames: Frame[], marker: Marker, start: number): void {
  const older = findFrame(frames, marker);
  if (older > 0) dissolve(frames, older);
  frames.push({ marker, start, children: [] });
}

/** Closes the frame of the marker; those that were opened within it become text. */
export function closeFrame(frames: Frame[], marker: Marker): void {
  const index = findFrame(frames, marker);
  dissolveFrom(frames, index + 1);
  const { children } = frames.pop()!;
  frames.at(-1)!.children.push({ type: kinds[marker], children });
}

/**
 * The index of the marker's frame, or -1. There are at most as many frames as markers, plus one.
 */
export function findFrame(frames: readonly Frame[], marker: Marker): number {
  return frames.findLastIndex((frame) => frame.marker === marker);
}

/** The frames from `index` on become text. */
export function dissolveFrom(frames: Frame[], index: number): void {
  while (frames.length > index) dissolve(frames, frames.length - 1);
}

export function append(children: Inline[], inline: Inline): void {
  const last = children.at(-1);
  if (inline.type !== 'text' || last?.type !== 'text') children.push(inline);
  else children[children.length - 1] = { type: 'text', text: last.text + inline.text };
}

function dissolve(frames: Frame[], index: number): void {
  const [frame] = frames.splice(index, 1);
  const { children } = frames[index - 1]!;
  append(children, { type: 'text', text: frame!.marker });
  for (const inline of frame!.children) append(children, inline);
}
