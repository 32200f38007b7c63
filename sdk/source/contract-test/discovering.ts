import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExtensionObject } from '../protocol.ts';
import { fieldTypes } from '../schemas.ts';
import type { Target } from '../target.ts';
import type { ContractOptions } from './options.ts';

/** What people call them, too. */
const aliases =
  'bool int int2 int4 int8 float float4 float8 double number decimal string varchar char datetime timetz';
const types = new Set<string>([...fieldTypes, ...aliases.split(' ')]);

export function testDiscover(target: Target, options: ContractOptions): void {
  test('discover: every object has a name of its own, fields, and a key among them', async () => {
    const { objects } = await target.discover();

    assertUnique(
      'objects',
      objects.map(({ name }) => name),
    );
    for (const object of objects) assertObject(object);
  });

  test(`discover: ${options.object} is there`, async () => {
    const { objects } = await target.discover();
    const names = objects.map(({ name }) => name);

    assert.ok(
      names.includes(options.object),
      `there is no ${options.object} among ${names.join(', ')}`,
    );
  });
}

function assertObject({ name, fields, key = [], cursor_fields = [] }: ExtensionObject): void {
  const names = fields.map((field) => field.name);
  assertUnique(`fields of ${name}`, names);
  for (const [what, of] of Object.entries({ key, cursor_fields })) {
    assertUnique(`${what} of ${name}`, of);
    const unknown = of.filter((one) => !names.includes(one));
    assert.deepEqual(unknown, [], `${what} of ${name} names what is no field`);
  }
  for (const field of fields) {
    const kind = field.type.replace(/(\[\])+$/, '').replace(/\s*\(\d+(\s*,\s*\d+)?\)$/, '');
    assert.ok(
      types.has(kind.trim().toLowerCase()),
      `the type ${field.type} of ${name}.${field.name} is not known: ${fieldTypes.join(', ')}`,
    );
  }
}

function assertUnique(what: string, names: string[]): void {
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  assert.deepEqual(twice, [], `${what}: a name is there twice`);
}
