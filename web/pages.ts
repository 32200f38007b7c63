import { type Pages, pageFinder } from '../contract/pages.ts';

const products = import.meta.glob<{ pages: Pages }>('../contract/*/pages.ts', { eager: true });

/** The document in which a path is a page, of whatever product. */
export const findPage = pageFinder(Object.values(products).map(({ pages }) => pages));
