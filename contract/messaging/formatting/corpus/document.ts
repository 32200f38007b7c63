import { inChat, inThread } from './sample.ts';

/** What the document that clients were written by shows. */
export const document = [
  ...inThread([
    ['a heading', '# First Block', 'h1{First Block}', 'First Block'],
    ['a block of text', 'Second block', 'p{Second block}', 'Second block'],
    [
      'an address in a text',
      'embedded link https://twitter.com',
      'p{embedded link a<https://twitter.com>}',
      'embedded link https://twitter.com',
    ],
    [
      'a named address',
      '[named twitter link](https://twitter.com)',
      'p{a<https://twitter.com>{named twitter link}}',
      'named twitter link (https://twitter.com)',
    ],
    ['bold', '*bold text*', 'p{b{bold text}}', 'bold text'],
    ['italic', '/italic/', 'p{i{italic}}', 'italic'],
    ['underline', '_underline_', 'p{u{underline}}', 'underline'],
    ['strikethrough', '-strikethrough-', 'p{s{strikethrough}}', 'strikethrough'],
    ['code', '`inline code`', 'p{c{inline code}}', 'inline code'],
    [
      'a list of two, of which the second is indented by one space',
      '* list item1 \n * list item2',
      'ul{li{list item1} li{list item2}}',
      '• list item1\n• list item2',
    ],
    [
      'a mention with an empty label',
      '<@12345678901|> user mention using userID',
      'p{@{12345678901} user mention using userID}',
      '<@12345678901> user mention using userID',
    ],
    ['a file with an empty label', '<!12345678910|>', 'file{12345678910}', '[file]'],
    [
      'a block before a file',
      'embedded file below',
      'p{embedded file below}',
      'embedded file below',
    ],
  ]),
  ...inChat([
    ['a heading in a chat', '# My Message', 'h1{My Message}', 'My Message'],
    ['a file in a chat', '<!12345678910|>', 'file{12345678910}', '[file]'],
  ]),
];
