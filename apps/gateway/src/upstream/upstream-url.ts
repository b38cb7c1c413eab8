/** What goes before the path of every request. */
export const basePathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, '');
