/** Header of a file's content: width and height in pixels, as `640x400`; absent when unknown. */
export const pixelsHeader = 'x-pixels';
