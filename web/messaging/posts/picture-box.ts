import type { CSSProperties } from 'react';

export type Pixels = { width: number; height: number };

const widthMax = 460;
const heightMax = 260;
/** Anything smaller could not be pressed. */
const sideMin = 44;

/** The size of the box of a picture; the largest one while its size is unknown. */
export function boxOf(pixels: Pixels = { width: widthMax, height: heightMax }): CSSProperties {
  const { width, height } = pixels;
  const share = Math.min(1, widthMax / width, heightMax / height);
  const shown = {
    width: Math.max(sideMin, Math.round(width * share)),
    height: Math.max(sideMin, Math.round(height * share)),
  };
  return { width: shown.width, height: 'auto', aspectRatio: `${shown.width} / ${shown.height}` };
}
