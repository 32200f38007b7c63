import type { Confidence } from '../../syncs/runs/confidence.ts';
import type { Json } from '../../values/types.ts';

/** What is kept, encrypted, of a step. */
export type Kept = {
  readonly input?: Json;
  readonly output?: Json;
  readonly record?: Json;
  readonly holds?: boolean;
  readonly missing?: readonly string[];
  readonly error?: string;
  /** Of one that waits. */
  readonly state?: Json;
};

const bytesMax = 4 * 2 ** 20;

/** @returns undefined when it is too much */
export function seal(confidence: Confidence, kept: Kept): Buffer | undefined {
  const text = JSON.stringify(kept);
  return text.length > bytesMax ? undefined : confidence.encrypt(text);
}

/** Empty when it was forgotten. */
export function unseal(
  confidence: Confidence,
  { encrypted }: { readonly encrypted: Buffer | null },
): Kept {
  return encrypted ? (JSON.parse(confidence.decrypt(encrypted)) as Kept) : {};
}
