import { inflateSync } from 'node:zlib';

type Objects = Map<string, { text: string; stream: string }>;

/** The pages of a PDF as pdfkit writes it, each with its lines of text, decoded by ToUnicode. */
export function readPages(pdf: Buffer): string[][] {
  const objects = readObjects(pdf);
  const fonts = new Map<string, Map<number, string>>();
  for (const { text } of objects.values()) {
    for (const [, name, id] of text.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      const unicode = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id as string)?.text ?? '')?.[1];
      fonts.set(name as string, readCharacters(objects.get(unicode ?? '')?.stream ?? ''));
    }
  }
  return [...objects.values()]
    .filter(({ text }) => text.includes('/Type /Page\n'))
    .map(({ text }) => objects.get(/\/Contents (\d+) 0 R/.exec(text)?.[1] ?? '')?.stream ?? '')
    .map((content) => readLines(content, fonts));
}

function readObjects(pdf: Buffer): Objects {
  const objects: Objects = new Map();
  const source = pdf.toString('latin1');
  for (const [, id, body] of source.matchAll(/\n(\d+) 0 obj\n(.*?)\nendobj/gs)) {
    const [text = '', packed] = (body as string).split('\nstream\n');
    const bytes = Buffer.from((packed ?? '').replace(/\nendstream$/, ''), 'latin1');
    const stream = text.includes('/FlateDecode') ? inflateSync(bytes) : bytes;
    objects.set(id as string, { text: `${text}\n`, stream: stream.toString('latin1') });
  }
  return objects;
}

function readCharacters(map: string): Map<number, string> {
  const characters = new Map<number, string>();
  for (const [, from, list] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[(.*?)\]/gs)) {
    for (const [index, [, hex]] of [...(list as string).matchAll(/<([0-9a-f ]*)>/g)].entries()) {
      const bytes = Buffer.from((hex as string).replaceAll(' ', ''), 'hex');
      characters.set(
        Number.parseInt(from as string, 16) + index,
        bytes.swap16().toString('utf16le'),
      );
    }
  }
  return characters;
}

function readLines(content: string, fonts: Map<string, Map<number, string>>): string[] {
  let characters = new Map<number, string>();
  const lines: string[] = [];
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[(.*?)\] TJ/gs)) {
    if (font) characters = fonts.get(font) ?? characters;
    const glyphs = [...(shown ?? '').matchAll(/<([0-9a-f]*)>/g)].map(([, hex]) => hex).join('');
    const codes = glyphs.match(/.{4}/g) ?? [];
    if (shown !== undefined) {
      lines.push(codes.map((code) => characters.get(Number.parseInt(code, 16)) ?? '').join(''));
    }
  }
  return lines;
}
