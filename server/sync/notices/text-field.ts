import type { Field } from '../connectors/connector.ts';

/** A field of a record that is posted. */
export function textField(name: string): Field {
  return {
    ...{ name, type: { kind: 'text' }, nativeType: 'text' },
    ...{ isNullable: true, isWritable: true },
  };
}
