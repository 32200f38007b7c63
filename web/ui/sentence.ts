const fields: Record<string, string> = {
  email: 'The e-mail address',
  name: 'The name',
  password: 'The password',
  text: 'The text',
  body: 'The text',
  data: 'The file',
};

/** What the server says of a field (`email: must be …`), as a sentence of a page. */
export function sentenceOf(message: string): string {
  const [, field, rule] = /^([A-Za-z_]+): (.+)$/s.exec(message) ?? [];
  if (field === undefined || rule === undefined) return message;
  if (!/^(must|is|has|already|cannot)\b/.test(rule))
    return rule.charAt(0).toUpperCase() + rule.slice(1);
  return `${fields[field] ?? `The ${field.replaceAll('_', ' ')}`} ${rule}`;
}
