/** The header that tells better-auth the address of a request; it is never taken from outside. */
export const addressHeader = 'x-heddle-address';
