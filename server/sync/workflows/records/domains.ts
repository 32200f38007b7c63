/** Where everybody can have an address: who has one there is no member of the company behind it. */
const free = new Set(
  [
    'gmail.com googlemail.com outlook.com hotmail.com hotmail.co.uk hotmail.fr hotmail.de hotmail.it',
    'hotmail.es live.com live.co.uk live.de live.fr live.nl msn.com outlook.de outlook.fr outlook.es',
    'yahoo.com yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.ca yahoo.co.in yahoo.co.jp',
    'yahoo.com.br yahoo.com.au ymail.com rocketmail.com aol.com aol.de aim.com icloud.com me.com mac.com',
    'gmx.com gmx.net gmx.de gmx.at gmx.ch gmx.us web.de mail.de freenet.de t-online.de arcor.de',
    'posteo.de mailbox.org bluewin.ch hispeed.ch sunrise.ch protonmail.com protonmail.ch proton.me pm.me',
    'tutanota.com tuta.com tutanota.de fastmail.com fastmail.fm hey.com zoho.com zohomail.com mail.com',
    'email.com usa.com inbox.com mail.ru inbox.ru list.ru bk.ru yandex.ru yandex.com ya.ru rambler.ru',
    'ukr.net seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg orange.fr wanadoo.fr free.fr',
    'laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it tin.it telenet.be skynet.be ziggo.nl',
    'kpnmail.nl planet.nl hetnet.nl btinternet.com sky.com talktalk.net virginmedia.com ntlworld.com',
    'comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net juno.com',
    'optonline.net frontier.com windstream.net rogers.com shaw.ca sympatico.ca telus.net bigpond.com',
    'optusnet.com.au xtra.co.nz uol.com.br bol.com.br terra.com.br ig.com.br qq.com 163.com 126.com',
    'sina.com sohu.com foxmail.com yeah.net naver.com daum.net hanmail.net rediffmail.com duck.com',
    'mailinator.com guerrillamail.com yopmail.com 10minutemail.com trashmail.com',
  ].flatMap((line) => line.split(' ')),
);

export function isFreeMail(domain: string): boolean {
  return free.has(domain);
}

/** The domain of a mail address, in lower case; undefined for what is none. */
export function mailDomainOf(address: unknown): string | undefined {
  if (typeof address !== 'string') return undefined;
  const domain = address.trim().slice(address.trim().lastIndexOf('@') + 1);
  return address.includes('@') ? hostOf(domain) : undefined;
}

/** The host of an address as people write it: `https://www.Acme.example/about` is acme.example. */
export function hostOf(address: unknown): string | undefined {
  if (typeof address !== 'string' || address.length > 2_000) return undefined;
  const text = address.trim().replace(/^[a-z]+:\/\//i, '');
  const url = URL.parse(`http://${text}`);
  const host = url?.hostname.replace(/^www\./, '').replace(/\.$/, '') ?? '';
  return /^[^.]+(\.[^.]+)+$/.test(host) && !/^[\d.]+$/.test(host) ? host : undefined;
}
