/** Leaves that one part of the table `search` is made for, which is a table of its own. The migration knows it as well. */
export const SEGMENT = 524_288;
