import { singleLine } from '../../platform/mail/single-line.ts';
import { countryOfTimeZone } from '../../runtime/zones.ts';
import { englishOf, timeInWords } from '../appointments/mails/letters.ts';
import { contentWidth, drawPages, openDocument } from './drawing.ts';
import { measureOf, showable } from './typeface.ts';
import { type Measure, paginate, type SetBlock, type Style, wrap } from './typesetting.ts';

export type FormField = {
  name: string;
  label: string;
  type: 'text' | 'choice' | 'signature' | 'date' | 'long_text';
  required: boolean;
};
export type FormToRender = {
  title: string;
  practice: string;
  patient: string;
  submittedAt: Date;
  /** IANA name; its country chooses the paper and the English of dates. */
  timezone: string;
  fields: FormField[];
  /** By the name of the field. */
  answers: Record<string, string>;
  /** GUID of the appointment. */
  reference: string;
};

type Block = { style: Style; text: string };

const body: Style = {
  face: 'regular',
  size: 11,
  lineHeight: 15.5,
  before: 3,
  color: '#111827',
  tag: 'P',
};
const small: Style = { ...body, size: 10, lineHeight: 14, color: '#4b5563' };
const styles = {
  practice: { ...small, face: 'bold' },
  title: { ...body, face: 'bold', size: 20, lineHeight: 26, tag: 'H1', leads: true },
  detail: { ...small, before: 1 },
  label: { ...small, face: 'bold', before: 16, tag: 'H2', leads: true },
  answer: body,
  remark: small,
  signature: { ...body, size: 15, lineHeight: 21, before: 14, boxed: true, leads: true },
  signed: { ...small, size: 9, lineHeight: 13, after: 10, boxed: true },
  note: { ...small, size: 9, lineHeight: 13, before: 24 },
} satisfies Record<string, Style>;

const unknownCharacter = '\ufffd';
const kept = 'The answer as it was given is kept with the form.';
// Some 110 pages: more than anyone reads. Drawn in 0.5 to 1 s.
const linesMax = 5000;

/**
 * A completed form as a PDF 1.7 with tags for screen readers; the same input gives the same bytes. A
 * character that the typeface lacks shows as U+FFFD, and answers that would fill more than a
 * hundred pages are cut short; the document says so in both cases.
 */
export async function renderFormPdf(form: FormToRender): Promise<Buffer> {
  const { document, bytes } = await openDocument({
    title: singleLine(`${form.title} – ${form.practice}`, 300),
    language: englishOf(form.timezone),
    paper: ['US', 'CA'].includes(countryOfTimeZone(form.timezone) ?? '') ? 'LETTER' : 'A4',
    createdAt: form.submittedAt,
  });
  const blocks = typeset(document, blocksOf(form));
  const { top, bottom } = document.page.margins;
  await drawPages(document, paginate(blocks, document.page.height - top - bottom), {
    header: showable(document, singleLine(`${form.practice} · ${form.title}`, 80)),
    reference: showable(document, singleLine(form.reference, 60)),
  });
  return bytes;
}

function blocksOf(form: FormToRender): Block[] {
  return [
    { style: styles.practice, text: singleLine(form.practice, 300) },
    { style: styles.title, text: singleLine(form.title, 300) },
    { style: styles.detail, text: `Patient: ${singleLine(form.patient, 300)}` },
    { style: styles.detail, text: `Submitted: ${timeInWords(form.submittedAt, form.timezone)}` },
    ...form.fields.flatMap((field) => [
      { style: styles.label, text: singleLine(field.label, 1000) || field.name },
      ...answerBlocks(form, field),
    ]),
  ];
}

function answerBlocks(form: FormToRender, { name, type }: FormField): Block[] {
  const answer = Object.hasOwn(form.answers, name) ? (form.answers[name] as string).trim() : '';
  if (answer === '') {
    return [{ style: styles.remark, text: type === 'signature' ? 'Not signed' : 'No answer' }];
  }
  if (type === 'date') return [{ style: styles.answer, text: dateInWords(answer, form.timezone) }];
  if (type !== 'signature') return [{ style: styles.answer, text: answer }];
  const signed = `Signed electronically on ${timeInWords(form.submittedAt, form.timezone)}`;
  return [
    { style: styles.signature, text: answer },
    { style: styles.signed, text: signed },
  ];
}

function dateInWords(answer: string, timezone: string): string {
  if (!/^\d{4}-\d\d-\d\d$/.test(answer)) return answer;
  try {
    const date = Temporal.PlainDate.from(answer);
    return date.toLocaleString(englishOf(timezone), { dateStyle: 'long' });
  } catch {
    return answer;
  }
}

type Setter = (block: Block) => SetBlock[];

function typeset(document: PDFKit.PDFDocument, blocks: Block[]): SetBlock[] {
  const whole = blocks.flatMap(setter(document, linesMax));
  const lineCount = whole.reduce((sum, { lines }) => sum + lines.length, 0);
  const share = Math.ceil(linesMax / blocks.length);
  const set = lineCount <= linesMax ? whole : blocks.flatMap(setter(document, share));
  const isMarked = (text: string) => text.includes(unknownCharacter);
  const replaced = set.some(({ lines }) => lines.some(isMarked));
  if (!replaced || blocks.some(({ text }) => isMarked(text))) return set;
  const note = `${unknownCharacter} stands for a character that cannot be shown here. ${kept}`;
  return [...set, ...setter(document, linesMax)({ style: styles.note, text: note })];
}

function setter(document: PDFKit.PDFDocument, linesMaxOfBlock: number): Setter {
  const measures = new Map<Style, Measure>();
  const setBlock: Setter = ({ style, text }) => {
    const measure = measures.get(style) ?? measureOf(document, style);
    measures.set(style, measure);
    // Few lines have as many as 150 characters; the rest of a huge answer need not be looked at.
    const looked = text.slice(0, linesMaxOfBlock * 150);
    const readable = showable(document, looked, style.face);
    const width = contentWidth(document, style);
    const lines = [...wrap(readable, width, measure).take(linesMaxOfBlock + 1)];
    if (looked === text && lines.length <= linesMaxOfBlock) return [{ style, lines }];
    const remark = {
      style: styles.remark,
      text: `The answer is longer than this document. ${kept}`,
    };
    return [{ style, lines: lines.slice(0, linesMaxOfBlock) }, ...setBlock(remark)];
  };
  return setBlock;
}
