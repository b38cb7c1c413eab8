import type { EntriesQuery } from '@gatehouse/contracts';
import { askedTextOf, termsOf } from './search-words.js';

/** What to look for; all of it must hold. `type` as on the wire. */
export type SearchFilter = Pick<
  EntriesQuery,
  | 'eventId'
  | 'type'
  | 'tenant'
  | 'actor'
  | 'token'
  | 'application'
  | 'person'
  | 'address'
  | 'outcome'
  | 'text'
  | 'from'
  | 'to'
>;

/** Makes a value a parameter; answers how it is called. */
type Bind = (value: unknown) => string;

const CONDITIONS = {
  type: (value, bind) => `type = ${bind(value)}`,
  tenant: (value, bind) => `tenant = ${bind(value)}`,
  actor: (value, bind) => `actor = ${bind(value)}`,
  token: (value, bind) => `token = ${bind(value)}`,
  application: (value, bind) => `application = ${bind(value)}`,
  person: (value, bind) => `person = ${bind(value)}`,
  outcome: (value, bind) => `outcome = ${bind(value)}`,
  eventId: (value, bind) => `index in (select index from leaves where event_id = ${bind(value)})`,
  address: (value, bind) => `address <<= ${bind(value)}::inet`,
  from: (value, bind) => `at >= ${bind(value)}`,
  to: (value, bind) => `at < ${bind(value)}`,
  text: textCondition,
} as const satisfies Record<keyof SearchFilter, (value: string, bind: Bind) => string>;

/** SQL that a row of `search` must satisfy, and its parameters. */
export interface SearchConditions {
  where: string;
  values: unknown[];
}

/** @param first number of the first parameter. */
export function searchConditions(filter: SearchFilter, first: number): SearchConditions {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${first - 1 + values.push(value)}`;
  const where = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
    const value = filter[name as keyof SearchFilter];
    return value === undefined ? [] : [`and ${condition(value, bind)}`];
  });
  return { where: where.join(' '), values };
}

/** Terms find it, the words themselves decide. Text without a word is in no entry. */
function textCondition(text: string, bind: Bind): string {
  const { wanted, unwanted } = askedTextOf(text);
  if (wanted.length + unwanted.length === 0) return 'false';
  const position = (phrase: string) => `strpos(words, ${bind(phrase)})`;
  return [
    ...(wanted.length > 0 ? [`terms @> ${bind([...new Set(wanted.flatMap(termsOf))])}::int[]`] : []),
    ...wanted.map((phrase) => `${position(phrase)} > 0`),
    ...unwanted.map((phrase) => `not ${position(phrase)} > 0`),
  ].join(' and ');
}
