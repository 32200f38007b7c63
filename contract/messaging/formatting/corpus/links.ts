import { inThread, untouched } from './sample.ts';

const bare = inThread([
  ['an address alone', 'https://a.example', 'p{a<https://a.example>}', 'https://a.example'],
  ['http', 'http://a.example', 'p{a<http://a.example>}', 'http://a.example'],
  ['capital letters', 'HTTPS://A.example', 'p{a<HTTPS://A.example>}', 'HTTPS://A.example'],
  [
    'markers in an address',
    'https://x.y/a_b_c/d-e-f/*g*/_h_/',
    'p{a<https://x.y/a_b_c/d-e-f/*g*/_h_/>}',
    'https://x.y/a_b_c/d-e-f/*g*/_h_/',
  ],
  ['a full stop behind it', 'see https://x.y/a.', 'p{see a<https://x.y/a>.}', 'see https://x.y/a.'],
  [
    'much behind it',
    'https://x.y/a?!..., b',
    'p{a<https://x.y/a>?!..., b}',
    'https://x.y/a?!..., b',
  ],
  ['parentheses around it', '(https://x.y/a)', 'p{(a<https://x.y/a>)}', '(https://x.y/a)'],
  ['parentheses in it', 'https://x.y/a_(b) c', 'p{a<https://x.y/a_(b)> c}', 'https://x.y/a_(b) c'],
  [
    'parentheses in it and around it',
    '(https://x.y/a_(b)).',
    'p{(a<https://x.y/a_(b)>).}',
    '(https://x.y/a_(b)).',
  ],
  ['quotation marks around it', '"https://x.y"', 'p{"a<https://x.y>"}', '"https://x.y"'],
  ['apostrophes around it', "'https://x.y'", "p{'a<https://x.y>'}", "'https://x.y'"],
  ['angle brackets around it', '<https://x.y>', 'p{<a<https://x.y>>}', '<https://x.y>'],
  [
    'a query and a fragment',
    'https://x.y/?a=b&c=d%20e#f-g',
    'p{a<https://x.y/?a=b&c=d%20e#f-g>}',
    'https://x.y/?a=b&c=d%20e#f-g',
  ],
  ['a port', 'http://127.0.0.1:8080/', 'p{a<http://127.0.0.1:8080/>}', 'http://127.0.0.1:8080/'],
  ['IPv6', 'http://[::1]:80/ a', 'p{a<http://[::1]:80/> a}', 'http://[::1]:80/ a'],
  ['an address in bold', '*https://x.y*', 'p{b{a<https://x.y>}}', 'https://x.y'],
  [
    'an underlined address',
    '_see https://x.y/a_b_',
    'p{u{see a<https://x.y/a_b>}}',
    'see https://x.y/a_b',
  ],
  ['a struck address', '-https://x.y.-', 'p{s{a<https://x.y>.}}', 'https://x.y.'],
  ['an address that ends in a star', 'https://x.y/* b', 'p{a<https://x.y/*> b}', 'https://x.y/* b'],
  [
    'two addresses',
    'http://a.b http://c.d',
    'p{a<http://a.b> a<http://c.d>}',
    'http://a.b http://c.d',
  ],
  ['an address in a list', '* http://a.b', 'ul{li{a<http://a.b>}}', '• http://a.b'],
]);

const named = inThread([
  [
    'a name with marks',
    '[a *b* c](http://x.y)',
    'p{a<http://x.y>{a b{b} c}}',
    'a b c (http://x.y)',
  ],
  ['a named address in bold', '*[a](http://x.y)*', 'p{b{a<http://x.y>{a}}}', 'a (http://x.y)'],
  ['a named address in a word', 'a[b](http://x.y)c', 'p{aa<http://x.y>{b}c}', 'ab (http://x.y)c'],
  ['code in a name', '[`a]`](http://x.y)', 'p{a<http://x.y>{c{a]}}}', 'a] (http://x.y)'],
  ['brackets in a name', '[a [b]](http://x.y)', 'p{a<http://x.y>{a [b]}}', 'a [b] (http://x.y)'],
  [
    'parentheses in a named address',
    '[a](http://x.y/(b))',
    'p{a<http://x.y/(b)>{a}}',
    'a (http://x.y/(b))',
  ],
  ['an address as its name', '[http://x.y](http://x.y)', 'p{a<http://x.y>}', 'http://x.y'],
  [
    'another address in a name',
    '[http://a.b](http://x.y)',
    'p{a<http://x.y>{http://a.b}}',
    'http://a.b (http://x.y)',
  ],
  [
    'a named address in a name',
    '[a [b](http://x.y) c](http://z.y)',
    'p{a<http://z.y>{a [b](http://x.y) c}}',
    'a [b](http://x.y) c (http://z.y)',
  ],
  [
    'a mention in a name',
    '[<@12345678901>](http://x.y)',
    'p{a<http://x.y>{<@12345678901>}}',
    '<@12345678901> (http://x.y)',
  ],
  ['mail', '[a](mailto:a@x.y)', 'p{a<mailto:a@x.y>{a}}', 'a (mailto:a@x.y)'],
  ['a space before the address', '[a] (http://x.y)', 'p{[a] (a<http://x.y>)}', '[a] (http://x.y)'],
  ['a space in the address', '[a](http://x.y b)', 'p{[a](a<http://x.y> b)}', '[a](http://x.y b)'],
  ['no name', '[](http://x.y)', 'p{[](a<http://x.y>)}', '[](http://x.y)'],
]);

const none = untouched([
  ['no host', 'http:// and https://. and http://'],
  ['an address of mail', 'ann@x.example or mailto:ann@x.example'],
  ['a host without a scheme', 'www.x.example'],
  ['a scheme in a word', 'xhttp://a.b'],
  ['another scheme', 'ftp://a.b'],
  ['an unclosed name', '[a(b)'],
  ['an unclosed address', '[a](b'],
  ['a relative address', '[a](/b)'],
  ['no address', '[a]() and [b]'],
  ['an array', 'x[0](y)'],
]);

export const links = [...bare, ...named, ...none];
