/**
 * Where menus and lists open: inside the landmark that they belong to, but outside of elements that
 * clip their content.
 */
export const inMain = { target: '#main' };
