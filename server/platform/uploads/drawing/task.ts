import type { Pixels } from '../video/pixels.ts';

/** What the process that reads pictures is asked. */
export type Task =
  | { act: 'measure'; path: string }
  /** Writes the thumbnail to `target`. */
  | { act: 'draw'; path: string; target: string };

/** Its answer: as large as it is shown, or the bytes of the thumbnail; or why not, for people. */
export type Outcome = { pixels: Pixels } | { bytes: number } | { refusal: string };
