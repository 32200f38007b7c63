import type { FieldType } from '../values/types.ts';

export type Field = {
  /** As the system spells it. */
  readonly name: string;
  /** What people see in its place. */
  readonly label?: string;
  readonly type: FieldType;
  /** The type in the words of the system. */
  readonly nativeType: string;
  readonly isNullable: boolean;
  /** What a write takes, where that is more than what is read. */
  readonly givenType?: FieldType;
  /** False for what the system computes itself. */
  readonly isWritable: boolean;
  /** The system knows JSON values only: `type` is what they look like, and they can be read as another. */
  readonly isLoose?: true;
};

/** A label that says something beside the name. */
export function labelled(name: string, label: string | null | undefined): Pick<Field, 'label'> {
  return label && label !== name ? { label } : {};
}

export type Rejected = {
  /** Of the row within the batch. */
  readonly index: number;
  readonly field?: string;
  /** Names the field and the rule; never the value. */
  readonly reason: string;
  /** The reason in the words of others, which may hold values: for whoever may see the record. */
  readonly said?: string;
};
