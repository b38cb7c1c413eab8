import { z } from 'zod';
import { RequestHead } from '../request/request-head.js';

const HeaderName = z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,63}$/, 'a header name');

/** What would be taken off a client's request, no configuration brings back. Authorization is taken off as the token. */
const mayGoUpstream = (name: string): boolean =>
  new RequestHead([name, '']).forward.length > 0 || name.toLowerCase() === 'authorization';

/** A header that may be said to an upstream: not who the caller is, nor how the message is framed. */
export const RequestHeaderName = HeaderName.refine(mayGoUpstream, {
  error: 'the gateway alone says this header: it frames the message, or tells the upstream who is calling',
});

/** What the gateway alone says of an answer. */
const OWN_OF_ANSWERS =
  /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|x-request-id|access-control-.*|ratelimit.*|deprecation|sunset)$/i;

/** A header that may be said to a client. */
export const AnswerHeaderName = HeaderName.refine((name) => !OWN_OF_ANSWERS.test(name), {
  error: 'the gateway alone says this header',
});

/** Visible ASCII and single spaces: nothing that could end the line (RFC 9110 §5.5). */
export const HeaderValue = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\x21-\x7e]+( +[\x21-\x7e]+)*$/, 'visible ASCII, no space at either end');
