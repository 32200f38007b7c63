/** What is kept of a private key, sealed as a whole. */
export type KeptKey = {
  readonly private_key: string;
  /** Who signs in with it. */
  readonly username?: string;
};

/** A key of nobody is its text alone. */
export function writeKept({ private_key, username }: KeptKey): Buffer {
  return Buffer.from(username ? JSON.stringify({ username, private_key }) : private_key);
}

export function readKept(opened: Buffer): KeptKey {
  const text = opened.toString();
  return text.startsWith('{') ? JSON.parse(text) : { private_key: text };
}
