/** An upstream does not speak HTTP/1.1, or not so that everybody understands the same. */
export class AnswerMalformed extends Error {
  readonly code = 'HPE_INVALID_ANSWER';

  constructor(why: string) {
    super(`the upstream's answer cannot be read: ${why}`);
  }
}
