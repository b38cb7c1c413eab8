import type { Refusal } from '../request/refusal.js';
import type { Credential, Holder } from './credential.js';

/** What a token turned out to be: somebody's, or refused. */
export type Resolution =
  | { readonly credential: Credential; readonly refusal?: undefined }
  | {
      readonly credential?: undefined;
      readonly refusal: Refusal;
      /** Whose it is, where that is known. */
      readonly holder?: Holder;
    };
