import type { FieldType } from '../values/types.ts';

export type Field = {
  /** As the system spells it. */
  readonly name: string;
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

export type Rejected = {
  /** Of the row within the batch. */
  readonly index: number;
  readonly field?: string;
  /** Names the field and the rule; never the value. */
  readonly reason: string;
  /** The reason in the words of others, which may hold values: for whoever may see the record. */
  readonly said?: string;
};
