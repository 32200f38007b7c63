import { inThread } from './sample.ts';

const single = inThread([
  ['bold with two stars', '**bold**', 'p{b{bold}}', 'bold'],
  ['both spellings of bold', '*one* and **two**', 'p{b{one} and b{two}}', 'one and two'],
  ['bold before a comma', '*bold*, then', 'p{b{bold}, then}', 'bold, then'],
  ['bold before a full stop', 'so *bold*.', 'p{so b{bold}.}', 'so bold.'],
  ['bold with a colon inside', '*Note:* read', 'p{b{Note:} read}', 'Note: read'],
  ['bold before an apostrophe', "*Heddle*'s", "p{b{Heddle}'s}", "Heddle's"],
  ['bold in parentheses', '(*bold*)', 'p{(b{bold})}', '(bold)'],
  ['parentheses in bold', '*(bold)*', 'p{b{(bold)}}', '(bold)'],
  ['bold in brackets', '[*bold*]', 'p{[b{bold}]}', '[bold]'],
  ['underline in quotation marks', '"_under_"', 'p{"u{under}"}', '"under"'],
  ['quotation marks in underline', '_"under"_', 'p{u{"under"}}', '"under"'],
  ['italic of one letter', 'the /n/th', 'p{the /n/th}', 'the /n/th'],
  ['italic of a letter alone', 'let /n/ be', 'p{let i{n} be}', 'let n be'],
  ['a struck price', '-$40- $30', 'p{s{$40} $30}', '$40 $30'],
  ['a star in bold', '*a*b*', 'p{b{a*b}}', 'a*b'],
  ['an underscore in underline', '_snake_case_', 'p{u{snake_case}}', 'snake_case'],
  ['a hyphen in strikethrough', '-well-known-', 'p{s{well-known}}', 'well-known'],
  ['bold from line to line', '*one\ntwo*', 'p{b{one⏎two}}', 'one\ntwo'],
  ['several in a line', '*a* /b/ _c_ -d-', 'p{b{a} i{b} u{c} s{d}}', 'a b c d'],
  ['a question in bold', '*really?!*', 'p{b{really?!}}', 'really?!'],
  ['French punctuation', '*Attention :* oui', 'p{b{Attention :} oui}', 'Attention : oui'],
  ['a directory by its name', 'in /etc/ there', 'p{in i{etc} there}', 'in etc there'],
  [
    'slashes within italics',
    '/either and/or both/',
    'p{i{either and/or both}}',
    'either and/or both',
  ],
]);

const nested = inThread([
  ['italic in bold', '*bold /and italic/*', 'p{b{bold i{and italic}}}', 'bold and italic'],
  ['all four', '*_-/x/-_*', 'p{b{u{s{i{x}}}}}', 'x'],
  ['bold in italic in between', '/a *b* c/', 'p{i{a b{b} c}}', 'a b c'],
  ['code in bold', '*run `npm`*', 'p{b{run c{npm}}}', 'run npm'],
  ['bold of both spellings', '**a *b* c**', 'p{b{a b{b} c}}', 'a b c'],
  ['a mention in bold', '*<@12345678901|Ann>*', 'p{b{@{12345678901|Ann}}}', '@Ann'],
  ['markers that overlap', '*a /b* c/', 'p{b{a /b} c/}', 'a /b c/'],
  ['the nearest opening one', '*a *b*', 'p{*a b{b}}', '*a b'],
  ['the nearest after a path', 'in /usr is /x/', 'p{in /usr is i{x}}', 'in /usr is x'],
  ['an outer one after an inner that is unclosed', '*a _b*', 'p{b{a _b}}', 'a _b'],
  ['a comment of C', '/*x*/', 'p{i{b{x}}}', 'x'],
]);

const unbound = inThread([
  ['across a blank line', '*one\n\ntwo*', 'p{*one} p{two*}', '*one\n\ntwo*'],
  ['across items', '* *one\n* two*', 'ul{li{*one} li{two*}}', '• *one\n• two*'],
  ['across a heading', '# *one\ntwo*', 'h1{*one} p{two*}', '*one\ntwo*'],
  ['markers in code', '`*a* /b/ _c_ -d-`', 'p{c{*a* /b/ _c_ -d-}}', '*a* /b/ _c_ -d-'],
  ['a marker that code hides', '*a `b* c`', 'p{*a c{b* c}}', '*a b* c'],
]);

const code = inThread([
  ['code within a word', 'a`b`c', 'p{ac{b}c}', 'abc'],
  ['a backtick in code', '`` a`b ``', 'p{c{a`b}}', 'a`b'],
  ['only a backtick in code', '`` ` ``', 'p{c{`}}', '`'],
  ['three backticks in a line', 'a ```b``` c', 'p{a c{b} c}', 'a b c'],
  ['three backticks around a whole line', '```b```', 'p{c{b}}', 'b'],
  ['runs of different lengths', '`` a ` b', 'p{`` a ` b}', '`` a ` b'],
  ['an unclosed run before a closed one', '`` a `b`', 'p{`` a c{b}}', '`` a b'],
  ['code over two lines', '`a\nb`', 'p{c{a b}}', 'a b'],
  ['spaces within code', '`a  b`', 'p{c{a  b}}', 'a  b'],
  ['an address in code', '`https://a.example`', 'p{c{https://a.example}}', 'https://a.example'],
]);

export const marks = [...single, ...nested, ...unbound, ...code];
