/** Lines of one name are one list (RFC 9110 §5.3), whatever their types say of their number. */
export const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(', ') : (value ?? '');
