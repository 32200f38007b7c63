/**
 * Where menus and lists open: inside the landmark that they belong to, but outside of what cuts off
 * its content.
 */
export const inMain = { target: '#main' };
