import { z } from 'zod';

/** Where requests go: scheme, host, port and perhaps a path that goes before theirs. */
export const UpstreamUrl = z.url({ protocol: /^https?$/, error: 'an http or https URL' }).refine((text) => {
  const { username, search, hash } = new URL(text);
  return username === '' && search === '' && hash === '';
}, 'no user information, query or fragment');

/** What goes before the path of every request. */
export const basePathOf = (url: string): string => new URL(url).pathname.replace(/\/$/, '');
