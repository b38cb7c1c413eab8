import type { Credential } from '../credential.js';
import type { JwtIssuers } from '../jwt-issuers.js';
import { type LookedUp, lookedUpCredential } from '../looked-up-credential.js';

/** A JWT says everything itself but this: the key that its signature was verified with, and by whose list of keys. */
type JwtNote = readonly [keyId: string, issuers: number];

/** What every answer has comes without its name. */
type AnswerNote = readonly [
  goodAtMs: number,
  confirmedAt: number,
  isForeign: 0 | 1,
  tokenId: string,
  secretId: string,
  tenant: string,
  asOf: string,
  expiresAt: string | null,
  scopes: string[],
  ipAllow: string[],
  others: Omit<Answer, (typeof NAMES)[number]>,
];
type Answer = LookedUp['answer'];
const NAMES = [
  'found',
  'status',
  'tokenId',
  'secretId',
  'tenant',
  'asOf',
  'expiresAt',
  'scopes',
  'ipAllow',
] as const;

/** What is to be noted of a JWT that these issuers have verified. */
export function noteOfJwt({ keyId = '' }: Credential, issuers: JwtIssuers): string {
  const note: JwtNote = [keyId, issuers.number];
  return JSON.stringify(note);
}

/** What is to be noted of a token that the issuer was asked about. */
export function noteOfAnswer({ answer, goodAtMs, confirmedAt }: LookedUp, isForeign: boolean): string {
  const {
    found: _,
    status: __,
    tokenId,
    secretId,
    tenant,
    asOf,
    expiresAt,
    scopes,
    ipAllow,
    ...others
  } = answer;
  const when = [goodAtMs, confirmedAt].map(Math.floor) as [number, number];
  const note: AnswerNote = [
    ...when,
    isForeign ? 1 : 0,
    tokenId,
    secretId,
    tenant,
    asOf,
    expiresAt,
    scopes,
    ipAllow,
    others,
  ];
  return JSON.stringify(note);
}

/**
 * The holder of a token again.
 * @returns `undefined` when its issuers are others now, and would have to be asked anew.
 */
export function credentialOfNote(text: string, token: string, issuers: JwtIssuers): Credential | undefined {
  // Not checked again: nobody but this process has written it.
  const note = JSON.parse(text) as JwtNote | AnswerNote;
  if (note.length === 2) return note[1] === issuers.number ? issuers.recall(token, note[0]) : undefined;
  const [
    goodAtMs,
    confirmedAt,
    isForeign,
    tokenId,
    secretId,
    tenant,
    asOf,
    expiresAt,
    scopes,
    ipAllow,
    others,
  ] = note;
  const foreign = isForeign ? issuers.foreign.formatOf(token) : undefined;
  if (isForeign && foreign?.tenant !== tenant) return undefined;
  const named = { tokenId, secretId, tenant, asOf, expiresAt, scopes, ipAllow };
  const answer: Answer = { ...others, ...named, found: true, status: 'active' };
  return lookedUpCredential({ answer, goodAtMs, confirmedAt }, foreign);
}
