/** Why a note, key or checkpoint was not accepted: stable codes to act on. */
export type TlogErrorCode =
  | 'key-malformed'
  | 'note-malformed'
  | 'note-signature-invalid'
  | 'note-unsigned'
  | 'checkpoint-malformed'
  | 'entry-too-large'
  | 'request-malformed';

/** Text that is not what it claims to be. Its message never holds key material. */
export class TlogError extends Error {
  constructor(
    readonly code: TlogErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TlogError';
  }
}
