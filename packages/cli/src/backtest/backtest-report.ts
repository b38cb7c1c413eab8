import type { BacktestExample, BacktestReport } from '@gatehouse/contracts';
import { type Cell, plainTable } from '../table.js';

/** A report for people. */
export function backtestText(report: BacktestReport): string {
  return [summaryOf(report), ...rulesOf(report), ...tokensOf(report), ...caveatsOf(report)].join('\n');
}

const number = (value: number): string => value.toLocaleString('en');

function summaryOf({ from, to, requests, notJudged, wouldRefuse, wouldLetThrough }: BacktestReport): string {
  if (from === null) return 'no requests were recorded';
  return [
    `${number(requests)} requests, ${from} to ${to}`,
    `${number(wouldRefuse)} of those that were let through would have been refused`,
    ...(wouldLetThrough > 0
      ? [`${number(wouldLetThrough)} that a rule refused would have been let through`]
      : []),
    ...(notJudged > 0
      ? [
          `${number(notJudged)} were not judged: refused for another reason, without a known token, or on a route that these rules are not for (--api: of a published API)`,
        ]
      : []),
  ].join('\n');
}

function rulesOf({ byRule }: BacktestReport): string[] {
  if (byRule.length === 0) return [];
  const rows = byRule.map(({ route, rule, code, requests, tokens, first, last }): Cell[] => [
    route || '(none)',
    rule,
    code,
    requests,
    tokens,
    exampleText(first),
    exampleText(last),
  ]);
  return ['', plainTable(['route', 'rule', 'code', 'requests', 'tokens', 'first', 'last'], rows)];
}

function tokensOf({ byToken, moreTokens }: BacktestReport): string[] {
  if (byToken.length === 0) return [];
  const rows = byToken.map(({ tokenId, requests, first, last }): Cell[] => [
    tokenId,
    requests,
    exampleText(first),
    exampleText(last),
  ]);
  const more = moreTokens > 0 ? [`and ${number(moreTokens)} more tokens (--top)`] : [];
  return ['', plainTable(['token', 'requests', 'first', 'last'], rows), ...more];
}

function caveatsOf({ unknown: { tokens, requests } }: BacktestReport): string[] {
  if (tokens === 0) return [];
  return [
    '',
    `the scopes of ${number(tokens)} tokens (${number(requests)} requests) are not known here: they were taken to suffice`,
  ];
}

const exampleText = ({ arrivedAt, method, path, requestId }: BacktestExample): string =>
  `${arrivedAt} ${method} ${path} (${requestId})`;
