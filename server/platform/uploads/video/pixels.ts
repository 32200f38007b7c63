/** The size in which a picture is displayed. */
export type Pixels = { width: number; height: number };
