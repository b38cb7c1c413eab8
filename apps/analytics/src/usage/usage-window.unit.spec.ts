import { describe, expect, it } from '@jest/globals';
import { DomainError } from '@gatehouse/kernel';
import { windowOf } from './usage-window.js';

const NOW = Date.parse('2026-06-01T12:00:30.500Z');
const at = (time: string) => Date.parse(`2026-06-01T${time}Z`);
const ask = (from: string | undefined, to: string | undefined, interval: 'all' | '1s' | '1m' = 'all') =>
  windowOf({ from, to, interval }, NOW);

describe('windowOf', () => {
  it('is the last hour unless told otherwise', () => {
    expect(ask(undefined, undefined)).toMatchObject({ from: NOW - 3_600_000, to: NOW });
  });

  it('reads whole minutes from the rollup alone', () => {
    const window = ask('2026-06-01T10:00:00Z', '2026-06-01T11:00:00+00:00', '1m');
    expect(window).toMatchObject({ minutes: { from: at('10:00:00'), to: at('11:00:00') }, raw: [] });
  });

  it('reads what is left of a minute at either edge from the raw rows', () => {
    expect(ask('2026-06-01T10:00:00.001Z', '2026-06-01T11:00:07Z')).toMatchObject({
      minutes: { from: at('10:01:00'), to: at('11:00:00') },
      raw: [
        { from: at('10:00:00.001'), to: at('10:01:00') },
        { from: at('11:00:00'), to: at('11:00:07') },
      ],
    });
  });

  it('reads raw rows alone where no whole minute fits, or seconds are asked for', () => {
    const [from, to] = ['2026-06-01T10:00:20Z', '2026-06-01T10:01:40Z'];
    expect(ask(from, to)).toMatchObject({
      minutes: undefined,
      raw: [{ from: at('10:00:20'), to: at('10:01:40') }],
    });
    expect(ask('2026-06-01T10:00:00Z', '2026-06-01T10:02:00Z', '1s')).toMatchObject({ minutes: undefined });
  });

  it('reads raw rows alone for what the rollup does not tell apart', () => {
    const [from, to] = ['2026-06-01T10:00:00Z', '2026-06-01T11:00:00Z'];
    for (const asked of [{ groupBy: ['cache' as const] }, { finding: '' }])
      expect(windowOf({ from, to, interval: 'all', ...asked }, NOW)).toMatchObject({
        minutes: undefined,
        raw: [{ from: at('10:00:00'), to: at('11:00:00') }],
      });
    expect(() => windowOf({ from: '2026-04-01T10:00:00Z', to, interval: '1d', cache: 'hit' }, NOW)).toThrow(
      /older than 30 days/,
    );
  });

  it.each([
    ['is empty', '2026-06-01T10:00:00Z', '2026-06-01T10:00:00Z', 'all'],
    ['runs backwards', '2026-06-01T10:00:00Z', '2026-06-01T09:00:00Z', 'all'],
    ['has more than 10,000 buckets', '2026-06-01T07:00:00Z', '2026-06-01T10:00:00Z', '1s'],
    ['needs raw rows that have expired', '2026-04-01T10:00:00.500Z', '2026-04-01T11:00:00Z', 'all'],
  ] as const)('refuses a window that %s', (_, from, to, interval) => {
    expect(() => ask(from, to, interval)).toThrow(DomainError);
    expect(() => ask(from, to, interval)).toThrow(/^(from|interval): /);
  });

  it('takes whole minutes of long ago', () => {
    expect(ask('2025-04-01T10:00:00Z', '2026-04-01T11:00:00Z')).toMatchObject({ raw: [] });
  });
});
