/**
 * The headers of an HTTP/2 request as HTTP/1.1 would have them, as a flat list: `:authority` is the Host (RFC 9113
 * §8.3.1), several Cookie fields are one (§8.2.3), and a body of unknown length is chunked, another protocol is an upgrade (RFC 8441 §4). Two that disagree about the host stay two, which the gate refuses.
 */
export function http1Headers(rawHeaders: readonly string[], hasBody: boolean): string[] {
  let hasLength = false;
  const headers: string[] = [];
  let authority: string | undefined;
  let cookie: string | undefined;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!;
    const value = rawHeaders[i + 1]!;
    if (name === ':authority') headers.push('host', (authority = value));
    else if (name === 'cookie') cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    else if (name === 'content-length') {
      hasLength = true;
      headers.push(name, value);
    } else if (name === 'host' && value === authority) continue;
    else if (name === ':protocol') headers.push('upgrade', value);
    else if (name === 'sec-websocket-key')
      continue; // HTTP/1.1 alone has one (RFC 8441 §5)
    else if (!name.startsWith(':')) headers.push(name, value);
  }
  if (hasBody && !hasLength) headers.push('transfer-encoding', 'chunked');
  if (cookie !== undefined) headers.push('cookie', cookie);
  return headers;
}

/** How large a head is, as the same bound counts it that Node's parser has for HTTP/1.1. */
export const headBytes = (headers: readonly string[]): number =>
  headers.reduce((bytes, text) => bytes + text.length + 2, 0);
