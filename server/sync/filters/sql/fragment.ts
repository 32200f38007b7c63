export type SqlValue = string | number | bigint | Uint8Array;

/** A piece of SQL: text, and the values that stand in it as parameters. */
export type Fragment = readonly (string | { value: SqlValue })[];

/** Puts a statement together; strings are SQL, whatever is to be a parameter comes from `value`. */
export function sql(texts: TemplateStringsArray, ...parts: (string | Fragment)[]): Fragment {
  return texts.flatMap((text, index) => {
    const part = parts[index] ?? '';
    return [text, ...(typeof part === 'string' ? [part] : part)];
  });
}

export function value(one: SqlValue): Fragment {
  return [{ value: one }];
}

export function joined(fragments: readonly Fragment[], separator: string): Fragment {
  return fragments.flatMap((fragment, index) =>
    index === 0 ? fragment : [separator, ...fragment],
  );
}

/** The text with its parameters named one after the other, and their values. */
export function rendered(fragment: Fragment, nameOf: (index: number, value: SqlValue) => string) {
  const values: SqlValue[] = [];
  const text = fragment.map((piece) => {
    if (typeof piece === 'string') return piece;
    values.push(piece.value);
    return nameOf(values.length - 1, piece.value);
  });
  return { text: text.join(''), values };
}
