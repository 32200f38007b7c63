import { inThread } from './sample.ts';

const paragraphs = inThread([
  ['a line break', 'one\ntwo', 'p{one⏎two}', 'one\ntwo'],
  ['line ends of Windows', 'one\r\ntwo\r\n\r\nthree', 'p{one⏎two} p{three}', 'one\ntwo\n\nthree'],
  ['line ends of old', 'one\rtwo', 'p{one⏎two}', 'one\ntwo'],
  ['paragraphs', 'one\n\n\n\ntwo', 'p{one} p{two}', 'one\n\ntwo'],
  [
    'a number within a paragraph',
    'on the\n14. of May',
    'p{on the⏎14. of May}',
    'on the\n14. of May',
  ],
]);

const headings = inThread([
  ['a second level', '## Two', 'h2{Two}', 'Two'],
  ['a third level', '###   Three  ', 'h3{Three}', 'Three'],
  ['marks in a heading', '# *a* b', 'h1{b{a} b}', 'a b'],
  ['a number sign at the end', '# C#', 'h1{C#}', 'C#'],
  ['a heading in a paragraph', 'one\n# two\nthree', 'p{one} h1{two} p{three}', 'one\ntwo\nthree'],
]);

const lists = inThread([
  ['a list with hyphens', '- a\n- b', 'ul{li{a} li{b}}', '• a\n• b'],
  ['stars and hyphens', '* a\n- b', 'ul{li{a} li{b}}', '• a\n• b'],
  ['a numbered list', '1. a\n2. b', 'ol1{li{a} li{b}}', '1. a\n2. b'],
  ['a numbered list from seven', '7. a\n9. b', 'ol7{li{a} li{b}}', '7. a\n8. b'],
  ['a list after a text', 'Steps:\n* a\n* b', 'p{Steps:} ul{li{a} li{b}}', 'Steps:\n• a\n• b'],
  ['a numbered list after a text', 'Do:\n1. a', 'p{Do:} ol1{li{a}}', 'Do:\n1. a'],
  ['a text after a list', '* a\nThanks', 'ul{li{a}} p{Thanks}', '• a\nThanks'],
  ['a line that goes on', '* a\n  b\n* c', 'ul{li{a⏎b} li{c}}', '• a\nb\n• c'],
  ['a blank line between items', '* a\n\n* b', 'ul{li{a} li{b}}', '• a\n• b'],
  ['one list after another', '* a\n1. b', 'ul{li{a}} ol1{li{b}}', '• a\n1. b'],
  ['marks in items', '* *a* b\n* /c/', 'ul{li{b{a} b} li{i{c}}}', '• a b\n• c'],
  ['an item and then bold', '* a\n*b*', 'ul{li{a}} p{b{b}}', '• a\nb'],
  ['nested items', '* a\n  * b\n* c', 'ul{li{a ul{li{b}}} li{c}}', '• a\n  • b\n• c'],
  ['an item nested by a tab', '* a\n\t* b', 'ul{li{a ul{li{b}}}}', '• a\n  • b'],
  ['bullets in numbers', '1. a\n   * b\n2. c', 'ol1{li{a ul{li{b}}} li{c}}', '1. a\n  • b\n2. c'],
  [
    'two lists in an item',
    '* a\n  * b\n  1. c',
    'ul{li{a ul{li{b}} ol1{li{c}}}}',
    '• a\n  • b\n  1. c',
  ],
  [
    'two levels back at once',
    '* a\n  * b\n    * c\n* d',
    'ul{li{a ul{li{b ul{li{c}}}}} li{d}}',
    '• a\n  • b\n    • c\n• d',
  ],
  [
    'a fifth level',
    '* a\n  * b\n    * c\n      * d\n        * e',
    'ul{li{a ul{li{b ul{li{c ul{li{d} li{e}}}}}}}}',
    '• a\n  • b\n    • c\n      • d\n      • e',
  ],
  [
    'a list within lines of one space',
    ' * a\n* b\n  * c',
    'ul{li{a} li{b ul{li{c}}}}',
    '• a\n• b\n  • c',
  ],
]);

const quotes = inThread([
  ['a quote', '> a', 'quote{p{a}}', 'a'],
  ['lines of a quote', '> a\n> b', 'quote{p{a⏎b}}', 'a\nb'],
  ['paragraphs of a quote', '> a\n>\n> b', 'quote{p{a} p{b}}', 'a\n\nb'],
  ['a text behind a quote', '> a\nb', 'quote{p{a}} p{b}', 'a\nb'],
  ['a quote in a quote', '> a\n> > b', 'quote{p{a} quote{p{b}}}', 'a\nb'],
  ['blocks in a quote', '> # a\n> * b', 'quote{h1{a} ul{li{b}}}', 'a\n• b'],
  ['code in a quote', '> ```\n> a\n> ```\n> b', 'quote{code{a} p{b}}', 'a\nb'],
  ['a quote behind a text', 'he said:\n> *a*', 'p{he said:} quote{p{b{a}}}', 'he said:\na'],
  ['a fifth level', '> > > > > a', 'quote{quote{quote{quote{p{> a}}}}}', '> a'],
]);

const code = inThread([
  ['code', '```\na\n```', 'code{a}', 'a'],
  ['code of a language', '```ts\nlet a;\n```', 'code:ts{let a;}', 'let a;'],
  ['a language with signs', '```c++\na\n```', 'code:c++{a}', 'a'],
  ['code on the line of the fence', '```let a = 1;\nb\n```', 'code{let a = 1;⏎b}', 'let a = 1;\nb'],
  ['a fence behind the code', '```\na\nb```\nc', 'code{a⏎b} p{c}', 'a\nb\nc'],
  ['unclosed code', 'x\n```\na\n\n  *b*', 'p{x} code{a⏎⏎  *b*}', 'x\na\n\n  *b*'],
  ['a longer fence', '````\n```\na\n```\n````', 'code{```⏎a⏎```}', '```\na\n```'],
  ['indented code', '  ```\n  a\n    b\n  ```', 'code{a⏎  b}', 'a\n  b'],
  ['nothing in the code', '```\n```', 'code{}', ''],
  ['a heading and a list in code', '```\n# a\n* b\n```', 'code{# a⏎* b}', '# a\n* b'],
]).map((sample) => ({ ...sample, tree: sample.tree.replaceAll('⏎', '\n') }));

export const structure = [...paragraphs, ...headings, ...lists, ...quotes, ...code];
