/** Of the content of a file: width and height in pixels, as `640x400`; absent when they are not known. */
export const pixelsHeader = 'x-pixels';
