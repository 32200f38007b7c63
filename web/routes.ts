/**
 * The routes of the areas, by the names of their folders. Each adds its own
 * (`declare module '../routes.ts'`), so that links and parameters are checked everywhere.
 */
// biome-ignore lint/suspicious/noEmptyInterface: the areas fill it
export interface InsideRoutes {}

/** The same for the pages that need no sign-in. */
// biome-ignore lint/suspicious/noEmptyInterface: the areas fill it
export interface OutsideRoutes {}
