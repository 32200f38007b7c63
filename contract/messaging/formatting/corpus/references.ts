import { inChat, inThread, untouched } from './sample.ts';

const id = '12345678901';

const mentions = inThread([
  ['a mention', `<@${id}>`, `p{@{${id}}}`, `<@${id}>`],
  ['a mention with a label', `<@${id}|Ann Lee>`, `p{@{${id}|Ann Lee}}`, '@Ann Lee'],
  ['spaces around a label', `<@${id}| Ann >`, `p{@{${id}|Ann}}`, '@Ann'],
  ['marks in a label', `<@${id}|*a* /b/>`, `p{@{${id}|*a* /b/}}`, '@*a* /b/'],
  ['a bar in a label', `<@${id}|a|b>`, `p{@{${id}|a|b}}`, '@a|b'],
  ['a mention within a word', `a<@${id}|A>b`, `p{a@{${id}|A}b}`, 'a@Ab'],
  ['two mentions', `<@${id}|A><@${id}|B>`, `p{@{${id}|A}@{${id}|B}}`, '@A@B'],
  ['a mention in a list', `* <@${id}|A>`, `ul{li{@{${id}|A}}}`, '• @A'],
  ['a mention in a heading', `# <@${id}|A>`, `h1{@{${id}|A}}`, '@A'],
  ['a mention in a quote', `> <@${id}|A>`, `quote{p{@{${id}|A}}}`, '@A'],
  ['a mention in code', `\`<@${id}>\``, `p{c{<@${id}>}}`, `<@${id}>`],
]);

const files = [
  ...inThread([
    ['a file', `<!${id}>`, `file{${id}}`, '[file]'],
    ['a file with a label', `<!${id}|a plan>`, `file{${id}|a plan}`, 'a plan'],
    ['blanks around a file', ` \n<!${id}>\n `, `file{${id}}`, '[file]'],
    ['a file on a line of a block', `a\n<!${id}>`, `p{a⏎<!${id}>}`, `a\n<!${id}>`],
    ['two files in a block', `<!${id}>\n<!${id}>`, `p{<!${id}>⏎<!${id}>}`, `<!${id}>\n<!${id}>`],
  ]),
  ...inChat([
    ['a file on a line of a chat', `a\n<!${id}|b>\nc`, `p{a} file{${id}|b} p{c}`, 'a\nb\nc'],
    ['two files in a chat', `<!${id}>\n<!${id}>`, `file{${id}} file{${id}}`, '[file]\n[file]'],
    ['a file in a text of a chat', `a <!${id}> b`, `p{a <!${id}> b}`, `a <!${id}> b`],
    ['a file in code in a chat', `\`\`\`\n<!${id}>`, `code{<!${id}>}`, `<!${id}>`],
    ['a file in a quote in a chat', `> <!${id}>`, `quote{p{<!${id}>}}`, `<!${id}>`],
    ['a file in a list in a chat', `* <!${id}>`, `ul{li{<!${id}>}}`, `• <!${id}>`],
  ]),
];

const none = untouched([
  ['an id of ten digits', '<@1234567890>'],
  ['an id of twelve digits', '<@123456789012>'],
  ['an id of other digits', '<@١٢٣٤٥٦٧٨٩٠١>'],
  ['an id with a letter', '<@1234567890a>'],
  ['a space in a mention', '<@ 12345678901>'],
  ['an unclosed mention', '<@12345678901'],
  ['an unclosed label', '<@12345678901|Ann'],
  ['a mention in a label', '<@12345678901|<b>'],
  ['a handle', '@ann'],
  ['a file of another form', '<!123|x>'],
  ['two files side by side', '<!12345678901><!12345678901>'],
  ['a tag', '<b>x</b>'],
]);

export const references = [...mentions, ...files, ...none];
