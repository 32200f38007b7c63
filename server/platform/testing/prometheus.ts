import assert from 'node:assert/strict';

export type Sample = {
  /** The name of its TYPE line: without `_count`, `_sum` or `_bucket`. */
  family: string;
  name: string;
  labels: Record<string, string>;
  value: number;
};

const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/;
const sample =
  /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.]+(?:e[+-]?\d+)?|[+-]Inf|NaN|Nan)(?: \d+)?$/;
const label = /([a-zA-Z_]\w*)="((?:[^"\\]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads the text format of Prometheus, and insists on it: each family is described once before its
 * samples, and no series comes twice.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function readMetrics(text: string): Sample[] {
  assert.ok(text.endsWith('\n'), 'the last line has no end');
  const types = new Map<string, string>();
  const series = new Set<string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n').filter((one) => one !== '')) {
    if (line.startsWith('#')) {
      const [, kind, name = '', words = ''] = comment.exec(line) ?? assert.fail(line);
      if (kind === 'TYPE') {
        assert.ok(!types.has(name), `described twice: ${name}`);
        types.set(name, words);
      }
      continue;
    }
    const read = readSample(line, types);
    const key = `${read.name} ${JSON.stringify(Object.entries(read.labels).sort())}`;
    assert.ok(!series.has(key), `comes twice: ${line}`);
    series.add(key);
    samples.push(read);
  }
  return samples;
}

function readSample(line: string, types: Map<string, string>): Sample {
  const [, name = '', labels = '', value] = sample.exec(line) ?? assert.fail(line);
  const family = types.has(name) ? name : name.replace(/_(count|sum|bucket)$/, '');
  assert.ok(types.has(family), `not described: ${line}`);
  return {
    family,
    name,
    labels: readLabels(labels),
    value: Number(value?.replace('Inf', 'Infinity')),
  };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  label.lastIndex = 0;
  while (label.lastIndex < text.length) {
    const [, name = '', value = ''] = label.exec(text) ?? assert.fail(`labels: ${text}`);
    labels[name] = value;
  }
  return labels;
}
