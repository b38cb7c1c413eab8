import type { EntriesQuery } from '@gatehouse/contracts';

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

const COLUMNS = {
  type: 'type =',
  tenant: 'tenant =',
  actor: 'actor =',
  token: 'token =',
  application: 'application =',
  person: 'person =',
  outcome: 'outcome =',
  eventId: 'index in (select index from leaves where event_id = $)',
  address: 'address <<= $::inet',
  from: 'at >=',
  to: 'at <',
  text: `words @@ websearch_to_tsquery('simple', $)`,
} as const satisfies Record<keyof SearchFilter, string>;

/** SQL that a row of `search` must satisfy, and its parameters. */
export interface SearchConditions {
  where: string;
  values: string[];
}

/** @param first number of the first parameter. */
export function searchConditions(filter: SearchFilter, first: number): SearchConditions {
  const given = Object.entries(COLUMNS).flatMap(([name, condition]) => {
    const value = filter[name as keyof SearchFilter];
    return value === undefined ? [] : [{ condition, value }];
  });
  const where = given.map(({ condition }, i) => withParameter(condition, `$${first + i}`));
  return {
    where: where.map((condition) => `and ${condition}`).join(' '),
    values: given.map(({ value }) => value),
  };
}

const withParameter = (condition: string, parameter: string): string =>
  condition.includes('$') ? condition.replace('$', () => parameter) : `${condition} ${parameter}`;
