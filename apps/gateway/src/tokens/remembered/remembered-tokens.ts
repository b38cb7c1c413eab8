import { digestOfToken } from '@gatehouse/kernel';
import { RecentMap } from '../../recent-map.js';
import type { Credential } from '../credential.js';
import type { JwtIssuers } from '../jwt-issuers.js';
import type { LookedUp } from '../looked-up-credential.js';
import { credentialOfNote, noteOfAnswer, noteOfJwt } from './credential-note.js';
import { TokenNotes } from './token-notes.js';

/** At hand as they are needed; of each about a kilobyte. */
const AT_HAND = 10_000;

/**
 * Whose the tokens are that were seen: those used last at hand, very many more in a few words each, of which a credential
 * is made again when the token comes. What it remembers may be void by now: who asks has to see to it.
 */
export class RememberedTokens {
  private readonly atHand: RecentMap<string, Credential>;
  private readonly notes = new TokenNotes();
  private digested = { token: '', digest: '' };

  /** @param atHand so many at least, and at most twice as many. */
  constructor(atHand = AT_HAND) {
    this.atHand = new RecentMap(atHand);
  }

  /** `undefined`: nothing is known of the token. */
  get(token: string, issuers: JwtIssuers): Credential | undefined {
    const credential = this.atHand.get(token);
    if (credential !== undefined) return credential;
    const note = this.notes.get(this.keyOf(token));
    if (note === undefined) return undefined;
    const again = credentialOfNote(note, token, issuers);
    if (again) this.atHand.set(copyOf(token), again);
    return again;
  }

  /** An opaque token. */
  set(token: string, credential: Credential, lookedUp: LookedUp | undefined): void {
    this.atHand.set(copyOf(token), credential);
    if (lookedUp) this.notes.set(this.keyOf(token), noteOfAnswer(lookedUp, credential.foreign !== undefined));
  }

  /** A JWT. */
  setJwt(token: string, credential: Credential, issuers: JwtIssuers): void {
    this.atHand.set(copyOf(token), credential);
    this.notes.set(this.keyOf(token), noteOfJwt(credential, issuers));
  }

  delete(token: string): void {
    this.atHand.delete(token);
    this.notes.delete(this.keyOf(token));
  }

  /** As {@link digestOfToken}; who asks for a token in vain needs its digest again at once. */
  digestOf(token: string): string {
    if (token !== this.digested.token) this.digested = { token, digest: digestOfToken(token) };
    return this.digested.digest;
  }

  private keyOf(token: string): Buffer {
    return Buffer.from(this.digestOf(token), 'base64url');
  }
}

/** A part of a text keeps all of it in memory, here the head of a request. */
const copyOf = (token: string): string => Buffer.from(token, 'latin1').toString('latin1');
