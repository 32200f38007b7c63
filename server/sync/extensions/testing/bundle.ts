const schemas = `
const configSchema = {
  type: 'object',
  additionalProperties: false,
  properties: { office: { type: 'string' } },
  required: ['office'],
};
const credentialsSchema = {
  type: 'object',
  properties: { key: { type: 'string' } },
  required: ['key'],
};

`;

const discovering = `async discover() {
    return {
      objects: [
        {
          name: 'recalls',
          fields: [
            { name: 'id', type: 'bigint' },
            { name: 'who', type: 'text' },
            { name: 'due', type: 'date' },
          ],
          key: ['id'],
        },
      ],
    };
  },`;

/** A connector in one file, for the laboratory's service at some address: as an ES module. */
export const recallBundle = (url: string, more = '') => `
${schemas}
async function ask(path, { config, credentials }, body) {
  const url = new URL(path, ${JSON.stringify(url)});
  url.searchParams.set('office', config.office);
  const response = await fetch(url, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: \`Bearer \${credentials.key}\`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (response.status === 401) throw Object.assign(new Error('no'), { status: 401 });
  return response.json();
}

export default {
  provider: 'recalls',
  configSchema,
  credentialsSchema,
  async check(request) {
    const { office } = await ask('/me', request);
    return { ok: true, message: \`Office \${office}.\` };
  },
  ${discovering}
  async read({ cursor, limit, ...request }) {
    const from = Number(cursor ?? 0);
    const { recalls } = await ask('/recalls', request);
    const to = from + Math.min(limit, 3);
    const records = recalls.slice(from, to);
    return { records, next_cursor: to < recalls.length ? String(to) : null };
  },
  async write({ records, idempotency_key, ...request }) {
    const { done } = await ask('/recalls', request, { records, idempotency_key });
    return { results: done.map((id, index) => ({ index, status: 'ok', id })) };
  },
  ${more}
};
`;
