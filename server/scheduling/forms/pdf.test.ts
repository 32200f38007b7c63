import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FormField, type FormToRender, renderFormPdf } from './pdf.ts';
import { readPages } from './testing/pdf-reading.ts';

const field = (name: string, type: FormField['type'] = 'text'): FormField => ({
  name,
  label: `Label of ${name}`,
  type,
  required: false,
});
const form: FormToRender = {
  title: 'New patient form',
  practice: 'ABC 123 Orthodontics',
  patient: 'Nguyễn Thị Ánh Tuyết',
  submittedAt: new Date('2026-05-05T14:00:00Z'),
  timezone: 'America/Chicago',
  fields: [
    field('name'),
    field('born', 'date'),
    field('story', 'long_text'),
    field('sign', 'signature'),
  ],
  answers: {
    name: 'Nguyễn Thị Ánh Tuyết',
    born: '1989-05-18',
    story: 'A toothache.\nSince Monday.',
    sign: 'Ánh Tuyết',
  },
  reference: '0192f0c1-7b7a-7d4c-9a53-5a7d9a4f0b11',
};
const withStory = (story: string): FormToRender => ({
  ...form,
  answers: { ...form.answers, story },
});

test('a form is a PDF 1.7 that shows who answered what, and when', async () => {
  const pdf = await renderFormPdf(form);

  assert.equal(pdf.subarray(0, 8).toString(), '%PDF-1.7');
  assert.deepEqual(readPages(pdf), [
    [
      'ABC 123 Orthodontics',
      'New patient form',
      'Patient: Nguyễn Thị Ánh Tuyết',
      'Submitted: Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)',
      ...['Label of name', 'Nguyễn Thị Ánh Tuyết', 'Label of born', 'May 18, 1989'],
      ...['Label of story', 'A toothache.', 'Since Monday.', 'Label of sign', 'Ánh Tuyết'],
      'Signed electronically on Tuesday, May 5, 2026, 9:00 AM (Central Daylight Time)',
      ...['Reference 0192f0c1-7b7a-7d4c-9a53-5a7d9a4f0b11', 'Page 1 of 1'],
    ],
  ]);
});

test('it has a title, a language, and headings and paragraphs for screen readers', async () => {
  const source = (await renderFormPdf(form)).toString('latin1');

  const count = (text: string) => source.split(text).length - 1;
  assert.match(source, /\/Lang \(en-US\)/);
  assert.match(source, /\/Marked true/);
  assert.match(source, /\/DisplayDocTitle true/);
  assert.match(source, /\/Title \d+ 0 R/);
  assert.deepEqual(['/S /Document', '/S /H1', '/S /H2', '/S /P\n'].map(count), [
    1,
    1,
    form.fields.length,
    8,
  ]);
});

test('a title with markup in it is written as it is, and escaped in the XML', async () => {
  const pdf = await renderFormPdf({ ...form, title: 'A <b> & (c)', practice: 'Smith & Sons' });

  const utf16 = Buffer.from('\ufeffA <b> & ', 'utf16le').swap16();
  assert.ok(pdf.includes(utf16));
  assert.ok(pdf.includes('>A &lt;b&gt; &amp; (c) – Smith &amp; Sons</rdf:li>'));
});

test('the same form gives the same bytes', async () => {
  const [first, second] = await Promise.all([renderFormPdf(form), renderFormPdf(form)]);

  assert.ok(first.equals(second));
});

const paper = {
  'America/Chicago': '612 792',
  'America/Toronto': '612 792',
  'Europe/London': '595.28 841.89',
  'Australia/Sydney': '595.28 841.89',
};
for (const [timezone, size] of Object.entries(paper)) {
  test(`in ${timezone} the paper is ${size} points`, async () => {
    const pdf = await renderFormPdf({ ...form, timezone });

    assert.ok(pdf.toString('latin1').includes(`/MediaBox [0 0 ${size}]`));
  });
}

const scripts = {
  Vietnamese: 'Tôi bị đau răng từ thứ Hai, Nguyễn Văn Đức, ỹ Ỷ ặ ẫ ờ',
  'Vietnamese in pieces': 'Nguyễn Văn Đức'.normalize('NFD'),
  Greek: 'Αλέξανδρος Παπαδόπουλος, ᾧ',
  Cyrillic: 'Александр Пушкин, їжак, Ђорђе',
  Polish: 'Zażółć gęślą jaźń',
  signs: '€ £ ° ½ – “ ” … ✓',
};
for (const [name, text] of Object.entries(scripts)) {
  test(`${name} is shown whole`, async () => {
    const lines = readPages(await renderFormPdf(withStory(text))).flat();

    assert.ok(lines.includes(text.normalize('NFC')), lines.join('\n'));
    assert.ok(!lines.join('').includes('\ufffd'));
  });
}

test('a character without a glyph is replaced where one sees it, and the document says so', async () => {
  const lines = readPages(await renderFormPdf(withStory('王小明 🦷 \ud800\u0000\u200bend'))).flat();

  assert.ok(lines.includes('\ufffd\ufffd\ufffd \ufffd \ufffdend'), lines.join('\n'));
  assert.ok(lines.some((line) => /^\ufffd stands for a character that cannot/.test(line)));
});

test('what is not answered says so', async () => {
  const lines = readPages(await renderFormPdf({ ...form, answers: { name: '  ' } })).flat();

  assert.equal(lines.filter((line) => line === 'No answer').length, 3);
  assert.ok(lines.includes('Not signed'));
});

test('a field that is named like a member of every object has no answer of its own', async () => {
  const fields = [field('toString'), field('__proto__')];

  const lines = readPages(await renderFormPdf({ ...form, fields, answers: {} })).flat();

  assert.equal(lines.filter((line) => line === 'No answer').length, 2);
});

test('a long answer goes on over pages, each with its number and the reference', async () => {
  const words = Array.from({ length: 3000 }, (_, index) => `word${index}`).join(' ');

  const pages = readPages(await renderFormPdf(withStory(words)));

  assert.ok(pages.length > 3);
  for (const [index, lines] of pages.entries()) {
    assert.equal(lines.at(-1), `Page ${index + 1} of ${pages.length}`);
    assert.equal(lines.at(-2), `Reference ${form.reference}`);
  }
  assert.ok(
    pages
      .map((lines) => lines.slice(0, -2).join(''))
      .join('')
      .includes('word2999'),
  );
  assert.equal(pages.at(1)?.at(-3), 'ABC 123 Orthodontics · New patient form');
});

const large = {
  'ten megabytes of words': 'lorem ipsum '.repeat(900_000),
  'ten megabytes of lines': 'a\n'.repeat(5_000_000),
  'a word of 100,000 characters': 'x'.repeat(100_000),
  '100,000 spaces': `a${' '.repeat(100_000)}b`,
  'a million accents on one letter': `a${'\u0301'.repeat(1_000_000)}`,
  'a million characters without a glyph': '王'.repeat(1_000_000),
};
for (const [name, story] of Object.entries(large)) {
  test(`${name} neither hang nor crash`, { timeout: 20_000 }, async () => {
    const pdf = await renderFormPdf(withStory(story));

    assert.ok(pdf.length < 5_000_000);
    assert.equal(
      readPages(pdf)
        .flat()
        .filter((line) => line === 'Label of sign').length,
      1,
    );
  });
}

test('an answer that is longer than the document says that it goes on', async () => {
  const lines = readPages(await renderFormPdf(withStory('a\n'.repeat(30_000)))).flat();

  assert.ok(lines.some((line) => line.startsWith('The answer is longer than this document.')));
});

test('names that are long or full of line breaks do no harm', async () => {
  const hostile = '(a)\r\n/Title \\) '.repeat(2000);

  const pdf = await renderFormPdf({
    ...form,
    ...{ title: hostile, practice: hostile, patient: hostile, reference: hostile },
    fields: [{ ...field('sign', 'signature'), label: hostile }],
    answers: { sign: hostile },
  });

  assert.ok(readPages(pdf).length > 1);
});
