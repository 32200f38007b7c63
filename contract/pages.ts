/** The pages of one product on the website: its part of the URL space, as one value. */
export type Pages = {
  /** For people who are signed in. `$name` stands for one segment of a path. */
  readonly inside: Readonly<Record<string, string>>;
  /** For everybody: they come in an HTML document of their own. */
  readonly outside: Readonly<Record<string, string>>;
  /** The values that each `$name` can have, as the source of a regular expression. */
  readonly parts: Readonly<Record<string, string>>;
};

/** The HTML document that a page comes in. */
export type Side = 'inside' | 'outside';

export const definePages = <const P extends Pages>(pages: P): P => pages;

/**
 * Makes a function that tells which document a path (without its query) is a page of; undefined
 * where it is none.
 */
export function pageFinder(products: readonly Pages[]): (path: string) => Side | undefined {
  const known = products.flatMap((pages) =>
    (['inside', 'outside'] as const).flatMap((side) =>
      Object.values(pages[side]).map((path) => ({ side, pattern: patternOf(path, pages) })),
    ),
  );
  return (path) => known.find(({ pattern }) => pattern.test(path))?.side;
}

function patternOf(path: string, { parts }: Pages): RegExp {
  return new RegExp(`^${path.replace(/\$(\w+)/g, (_, name) => `(?:${parts[name]})`)}/?$`);
}
