const fields: Record<string, string> = {
  email: 'The e-mail address',
  name: 'The name',
  password: 'The password',
  text: 'The text',
  body: 'The text',
  data: 'The file',
};

/** Makes a sentence of what the server says about a field (`email: must be …`). */
export function sentenceOf(message: string): string {
  const [, field, rule] = /^([A-Za-z_]+): (.+)$/s.exec(message) ?? [];
  if (field === undefined || rule === undefined) return message;
  if (!/^(must|is|has|already|cannot)\b/.test(rule))
    return rule.charAt(0).toUpperCase() + rule.slice(1);
  return `${fields[field] ?? `The ${field.replaceAll('_', ' ')}`} ${rule}`;
}
