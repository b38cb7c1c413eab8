import type { Refusal } from '../request/refusal.js';
import type { Credential, Holder } from './credential.js';
import type { LookedUp } from './looked-up-credential.js';

/** What a token turned out to be: somebody's, or refused. */
export type Resolution =
  | {
      readonly credential: Credential;
      readonly refusal?: undefined;
      /** What the credential was made of, where the issuer was asked. */
      readonly lookedUp?: LookedUp;
    }
  | {
      readonly credential?: undefined;
      readonly refusal: Refusal;
      /** Whose it is, where that is known. */
      readonly holder?: Holder;
    };
