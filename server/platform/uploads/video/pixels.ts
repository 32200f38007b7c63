/** How large a picture is shown. */
export type Pixels = { width: number; height: number };
