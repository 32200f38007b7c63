/** One word, or several in a row, as somebody typed them. */
export type Part = {
  text: string;
  /** Words that begin with it match, too. */
  goesOn: boolean;
  /** Texts that contain it do not match. */
  isExcluded: boolean;
};

// Too many words begin with one letter; in scripts that write words as one sign it is a word.
const tooShort = /^[a-z0-9]$/i;
const piece = /(-?)(?:"([^"]*)"?|([^\s"]+))/g;

/** What is looked for: words, "words in quotes as they stand", -words that may not be there. */
export function readQuery(text: string): Part[] {
  return [...text.replaceAll('\0', ' ').matchAll(piece)]
    .map(([, minus, quoted, bare]) => {
      const words = quoted ?? bare ?? '';
      const isExcluded = minus === '-';
      return { text: words, isExcluded, goesOn: bare !== undefined && !isExcluded };
    })
    .filter(({ text: words }) => /[\p{L}\p{N}]/u.test(words))
    .map((part) => ({ ...part, goesOn: part.goesOn && !tooShort.test(lastWord(part.text)) }));
}

/** The words of a text as the search sees them (`messaging.words`), and where they stand. */
export function wordsOf(text: string): { word: string; start: number; end: number }[] {
  return [...text.matchAll(/[\p{L}\p{N}](?:[\p{L}\p{N}]|[\u0300-\u036f])*/gu)].map(
    ({ 0: word, index }) => ({ word: folded(word), start: index, end: index + word.length }),
  );
}

function folded(word: string): string {
  return word
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]+/g, '')
    .toLowerCase();
}

function lastWord(text: string): string {
  return wordsOf(text).at(-1)?.word ?? '';
}
