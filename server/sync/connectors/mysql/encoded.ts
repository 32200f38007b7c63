/** SQL for a value, or why the column would not keep it as it is. */
export type Encoded = { readonly sql: string } | { readonly problem: string };

export const rounded = { problem: 'The column would round or cut it.' };
