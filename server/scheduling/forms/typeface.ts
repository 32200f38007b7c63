import { fileURLToPath } from 'node:url';
import type { Measure, Style } from './typesetting.ts';

/**
 * DejaVu Sans Condensed: Latin with Vietnamese, Greek, Cyrillic, Armenian, Georgian and signs, in
 * one file; licence of Bitstream Vera, free to embed.
 */
export const typeface = {
  regular: fontFile('DejaVuSansCondensed.ttf'),
  bold: fontFile('DejaVuSansCondensed-Bold.ttf'),
};

function fontFile(name: string): string {
  return fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}`));
}

type Font = { hasGlyphForCodePoint(codePoint: number): boolean };

/** The widths of a face, each character measured once: a word as long as an answer costs as little. */
export function measureOf(document: PDFKit.PDFDocument, { face, size }: Style): Measure {
  const widths = new Map<string, number>();
  return (character) => {
    let width = widths.get(character);
    if (width === undefined) {
      width = document.font(typeface[face]).fontSize(size).widthOfString(character);
      widths.set(character, width);
    }
    return width;
  };
}

/**
 * A text as a face can show it: composed accents, no control characters but line breaks, and
 * U+FFFD for every character that has no glyph, which would be dropped without a trace otherwise.
 */
export function showable(
  document: PDFKit.PDFDocument,
  text: string,
  face: Style['face'] = 'regular',
): string {
  const font = fontOf(document, face);
  const cleaned = text
    .toWellFormed()
    // No language stacks that many accents, and to lay out a million of them takes minutes.
    .replace(/(\p{M}{8})\p{M}+/gu, '$1')
    .normalize('NFC')
    .replace(/\r\n|[\v\f\r\u0085\u2028\u2029]/g, '\n')
    .replaceAll('\t', '    ')
    .replace(/[^\P{Cc}\n]|\p{Cf}|\p{Variation_Selector}/gu, '');
  return cleaned.replace(/[^\n -~]/gu, (character) =>
    font.hasGlyphForCodePoint(character.codePointAt(0) as number) ? character : '\ufffd',
  );
}

/** The font behind the document; pdfkit has no public way to ask which glyphs it has. */
function fontOf(document: PDFKit.PDFDocument, face: Style['face']): Font {
  document.font(typeface[face]);
  const { _font } = document as unknown as { _font: { font: Font } };
  return _font.font;
}
