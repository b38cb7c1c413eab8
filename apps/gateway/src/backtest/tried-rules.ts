import { type BacktestApi, routePrefixOf } from '@gatehouse/contracts';
import { stringify } from 'yaml';
import { unsetIn } from '../configuration/lint.js';
import { isPublishedRoute, routesOf } from '../publishing/published-api.js';
import { ConfigDocument } from '../routes/config-document.js';
import { readRoutes } from '../routes/read-routes.js';
import type { BacktestOptions } from './backtest.js';
import { Judge } from './judge.js';
import { type NewRules, withRules } from './new-rules.js';

/** Upstreams are not asked, so that nothing of them is judged. */
const ANY_ADDRESS = ['0.0.0.0/0', '::/0'];
const NO_VARIABLES: ReadonlyMap<string, string> = new Map();

/**
 * A gateway.yaml, or new rules on top of it. Requests to published APIs have rules of their own: the file has no routes for
 * them, and does not refuse them for that.
 * @throws RoutesRejected and RangeError for rules that no gateway would take.
 */
export function triedFile(
  text: string,
  file: string,
  rules: NewRules | undefined,
  variables: ReadonlyMap<string, string>,
): BacktestOptions {
  const all = new Map([...unsetIn(new ConfigDocument(text, file), variables), ...variables]);
  const base = judgeOf(text, file, all);
  if (!rules) return { judge: base, isMeant: isOfFile };
  const changed = judgeOf(withRules(text, rules), `${file} with the new rules`, all);
  return { judge: changed, baseline: base, isMeant: isOfFile };
}

/**
 * Other terms of a published API, and new rules on top of them, beside what is published.
 * @throws as {@link triedFile}.
 */
export function triedApi(
  { id, tenant, published, tried }: BacktestApi,
  rules: NewRules | undefined,
): BacktestOptions {
  const textOf = (terms: BacktestApi['tried']): string =>
    stringify({ upstreamNetworks: ANY_ADDRESS, routes: routesOf(id, tenant, terms) });
  const text = textOf(tried);
  return {
    judge: judgeOf(rules ? withRules(text, rules) : text, 'the API as it would be', NO_VARIABLES),
    baseline: judgeOf(textOf(published), 'the API as it is published', NO_VARIABLES),
    isMeant: (route) => route.startsWith(routePrefixOf(id)),
  };
}

const isOfFile = (route: string): boolean => !isPublishedRoute(route);

const judgeOf = (text: string, name: string, variables: ReadonlyMap<string, string>): Judge =>
  new Judge(readRoutes(text, name, variables));
