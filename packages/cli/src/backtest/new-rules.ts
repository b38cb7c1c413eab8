import { InvalidArgumentError } from 'commander';
import { durationSeconds } from '../commands/option-values.js';

/** As the gateway's program takes them. */
export interface NewRules {
  routes?: string[];
  limits?: Record<string, string | number>[];
  scopes?: Record<string, string[] | { any: string[] }>;
  ipAllow?: string[];
  ipDeny?: string[];
}

/** `token:100/60s`: so many in so long; `tenant:1000/day`; `ip:5/concurrent`. The gateway says what it may be per. */
export function limitRule(text: string, earlier: NonNullable<NewRules['limits']> = []) {
  const [, per, count, window] = /^([a-z]+):(\d{1,9})\/(\w+)$/.exec(text) ?? [];
  if (per === undefined || count === undefined || window === undefined)
    throw new InvalidArgumentError('expected such as token:100/60s, tenant:1000/day or ip:5/concurrent');
  const number = Number(count);
  if (window === 'concurrent') return [...earlier, { per, concurrent: number }];
  if (window === 'day' || window === 'month') return [...earlier, { per, requests: number, every: window }];
  return [...earlier, { per, requests: number, windowSeconds: durationSeconds(window) }];
}

/** `GET=orders:read,orders:list`: all of them; `GET=a|b`: one of them; `*=…`: the other methods. */
export function scopeRule(text: string, earlier: NonNullable<NewRules['scopes']> = {}) {
  const [, method, all] = /^([A-Z-]+|\*)=(\S+)$/.exec(text) ?? [];
  if (method === undefined || all === undefined)
    throw new InvalidArgumentError(
      'expected such as GET=orders:read,orders:list or *=orders:read|orders:admin',
    );
  return { ...earlier, [method]: all.includes('|') ? { any: all.split('|') } : all.split(',') };
}

/** What the options of one command say; `undefined`: nothing new. */
export function rulesOf({ route, limit, scope, ipAllow, ipDeny }: RuleOptions): NewRules | undefined {
  if (!limit && !scope && !ipAllow && !ipDeny) return undefined;
  return {
    ...(route && { routes: route }),
    ...(limit && { limits: limit }),
    ...(scope && { scopes: scope }),
    ...(ipAllow && { ipAllow }),
    ...(ipDeny && { ipDeny }),
  };
}

/** As commander gathers them. */
export interface RuleOptions {
  route?: string[];
  limit?: NonNullable<NewRules['limits']>;
  scope?: NonNullable<NewRules['scopes']>;
  ipAllow?: string[];
  ipDeny?: string[];
}
