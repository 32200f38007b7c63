import type { Pixels } from '../video/pixels.ts';

/** A request to the process that reads pictures. */
export type Task =
  | { act: 'measure'; path: string }
  /** Writes the thumbnail to `target`. */
  | { act: 'draw'; path: string; target: string };

/**
 * Its answer: the displayed size, or the bytes of the thumbnail; or why not, as a sentence for
 * people.
 */
export type Outcome = { pixels: Pixels } | { bytes: number } | { refusal: string };
