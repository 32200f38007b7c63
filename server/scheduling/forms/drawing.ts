import { setImmediate } from 'node:timers/promises';
import { typeface } from './typeface.ts';
import type { Page, Piece, SetBlock, Style } from './typesetting.ts';

type Document = PDFKit.PDFDocument;
type Frame = { header: string; reference: string };

const margins = { left: 60, right: 60, top: 72, bottom: 80 };
const boxPadding = 10;
const gray = { line: '#c3c8d0', text: '#4b5563' };

/** A tagged document that awaits its pages, and its bytes, once they are drawn. */
export async function openDocument(about: {
  title: string;
  language: string;
  paper: 'LETTER' | 'A4';
  createdAt: Date;
}): Promise<{ document: Document; bytes: Promise<Buffer> }> {
  // Loaded on demand: it takes 20 MB, and few processes make forms.
  const { default: PDFDocument } = await import('pdfkit');
  const document = new PDFDocument({
    size: about.paper,
    margins,
    pdfVersion: '1.7',
    tagged: true,
    displayTitle: true,
    lang: about.language,
    font: typeface.regular,
    info: {
      Title: titleFor(about.title),
      Creator: 'Heddle',
      Producer: 'Heddle',
      CreationDate: about.createdAt,
    },
  });
  return { document, bytes: bytesOf(document) };
}

/** pdfkit writes the title into XML too, and does not escape it there (0.20.2, _addInfo). */
function titleFor(title: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
  const inXml = title.replace(/[&<>]/g, (character) => entities[character] as string);
  // The dictionary takes its valueOf(), the XML its toString().
  return Object.assign(new String(title), { toString: () => inXml }) as unknown as string;
}

function bytesOf(document: Document): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  document.on('end', () => resolve(Buffer.concat(chunks)));
  document.on('error', reject);
  return promise;
}

/** How wide lines of a style may be, in points. */
export function contentWidth(document: Document, style: Style): number {
  const width = document.page.width - margins.left - margins.right;
  return style.boxed ? width - 2 * boxPadding : width;
}

/** Draws all pages and ends the document. Other work has its turn between pages. */
export async function drawPages(document: Document, pages: Page[], frame: Frame): Promise<void> {
  const root = document.struct('Document');
  document.addStructure(root);
  const elements = new Map<SetBlock, PDFKit.PDFStructureElement>();
  for (const [index, page] of pages.entries()) {
    if (index > 0) document.addPage();
    drawBoxes(document, page);
    for (const piece of page) {
      let element = elements.get(piece.block);
      if (!element) {
        element = document.struct(piece.block.style.tag);
        elements.set(piece.block, element);
        root.add(element);
      }
      element.add(drawPiece(document, piece));
    }
    drawFrame(document, frame, index + 1, pages.length);
    await setImmediate();
  }
  root.end();
  document.end();
}

function drawPiece(document: Document, { block, top, lines }: Piece): PDFKit.PDFStructureContent {
  const { style } = block;
  const left = margins.left + (style.boxed ? boxPadding : 0);
  const content = document.markStructureContent(style.tag);
  document.font(typeface[style.face]).fontSize(style.size).fillColor(style.color);
  for (const [row, text] of lines.entries()) {
    if (text === '') continue;
    const y = margins.top + top + row * style.lineHeight;
    document.text(text, left, y, { lineBreak: false });
  }
  document.endMarkedContent();
  return content;
}

/** One box around pieces in a box that follow each other. */
function drawBoxes(document: Document, page: Page): void {
  const width = document.page.width - margins.left - margins.right;
  let from: Piece | undefined;
  for (const [index, piece] of page.entries()) {
    if (!piece.block.style.boxed) continue;
    from ??= piece;
    const next = page[index + 1];
    if (next?.block.style.boxed && !next.block.style.leads) continue;
    const top = margins.top + from.top - boxPadding;
    const height = piece.bottom - from.top + 2 * boxPadding;
    artifact(document, 'Layout', () =>
      document.roundedRect(margins.left, top, width, height, 4).lineWidth(0.75).stroke(gray.line),
    );
    from = undefined;
  }
}

/** What every page has around its text, which a reading voice leaves out. */
function drawFrame(document: Document, frame: Frame, page: number, pages: number): void {
  const { width, height } = document.page;
  const right = width - margins.right;
  const foot = height - margins.bottom + 26;
  const line = (text: string, x: number, y: number) =>
    document.text(text, x, y, { lineBreak: false });
  artifact(document, 'Pagination', () => {
    document.font(typeface.regular).fontSize(8.5).fillColor(gray.text);
    if (page > 1) line(frame.header, margins.left, margins.top - 34);
    document
      .moveTo(margins.left, foot - 8)
      .lineTo(right, foot - 8)
      .lineWidth(0.5);
    document.stroke(gray.line);
    line(`Reference ${frame.reference}`, margins.left, foot);
    const number = `Page ${page} of ${pages}`;
    line(number, right - document.widthOfString(number), foot);
  });
}

function artifact(document: Document, type: 'Layout' | 'Pagination', draw: () => void): void {
  document.markContent('Artifact', { type });
  draw();
  document.endMarkedContent();
}
