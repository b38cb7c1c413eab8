import { sample } from './sample-log.js';

const HOUR_MS = 3_600_000;

/** A kind of question: the query string for one drawn entry of a log of so many. */
export type SearchShape = (n: number, leaves: number) => Record<string, string>;

/** An hour around an entry. */
const hourOf = (n: number) => ({
  from: sample.at(n),
  to: new Date(Date.parse(sample.at(n)) + HOUR_MS).toISOString(),
});

/** Every kind of question people ask, and some that are hard to answer. */
export const searchShapes: Record<string, SearchShape> = {
  'the newest': () => ({ order: 'newest' }),
  'a page in the middle': (n) => ({ cursor: String(n) }),
  token: (n) => ({ token: sample.token(n) }),
  'token, newest': (n) => ({ token: sample.token(n), order: 'newest' }),
  actor: (n) => ({ actor: sample.actor(n), order: 'newest' }),
  'actor and type': (n) => ({ actor: sample.actor(n), type: sample.type(n), order: 'newest' }),
  tenant: (n) => ({ tenant: sample.tenant(n), order: 'newest' }),
  'tenant and type': (n) => ({ tenant: sample.tenant(n), type: sample.type(n), order: 'newest' }),
  'tenant and rare type': (n) => ({ tenant: sample.tenant(n), type: sample.rareType }),
  application: (n) => ({ application: sample.application(n) }),
  person: (n) => ({ person: sample.person(n), order: 'newest' }),
  address: (n) => ({ address: sample.address(n) }),
  'address block': (n) => ({ address: `${sample.address(n)}/24`, order: 'newest' }),
  refused: () => ({ outcome: 'refused', order: 'newest' }),
  'tenant, refused': (n) => ({ tenant: sample.tenant(n), outcome: 'refused', order: 'newest' }),
  'an hour': (n) => hourOf(n),
  'an hour of a tenant': (n) => ({ ...hourOf(n), tenant: sample.tenant(n), order: 'newest' }),
  'rare word': (n) => ({ text: sample.word(n - (n % 3) + 1) }),
  'common word': (n) => ({ text: sample.word(n - (n % 3)), order: 'newest' }),
  'two words': (n) => ({ text: `${sample.word(n)} ${sample.word(n + 1)}` }),
  'word of an actor in an hour': (n) => ({ ...hourOf(n), text: sample.word(n), actor: sample.actor(n) }),
  nothing: () => ({ actor: 'token:tok_nobody', order: 'newest' }),
};
