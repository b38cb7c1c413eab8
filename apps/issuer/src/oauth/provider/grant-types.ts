/** RFC 8693 §2.1. */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** RFC 7523 §2.1: whoever may exchange tokens may present an assertion by this grant as well. */
export const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
