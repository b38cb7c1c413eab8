import { guard, type Objection } from '../payload/guard.js';
import { RecentMap } from '../recent-map.js';
import type { Policy } from '../request/admission.js';
import { refusal } from '../request/refusal.js';
import type { BotsSpec } from './bots-spec.js';
import { KNOWN_SCANNERS } from './known-scanners.js';

/** Longer ones are looked at each time, so that remembering them costs a bounded amount of memory. */
const LONGEST_REMEMBERED = 512;
const REMEMBERED = 1_024;

const refused = refusal('bot-refused', 'This program may not call this route.');
const UNSAID: Objection = {
  finding: 'bot-unnamed',
  refusal: refusal('bot-refused', 'Send a User-Agent that names your program.'),
};
const SCANNER: Objection = { finding: 'bot-scanner', refusal: refused };
const DENIED: Objection = { finding: 'bot-denied', refusal: refused };

/** What a route says of user agents. What was said of one is remembered. */
export class UserAgents {
  private readonly said = new RecentMap<string, Objection | 'none'>(REMEMBERED);
  private readonly allowed: RegExp | undefined;
  private readonly denied: RegExp | undefined;
  private readonly scanners: RegExp | undefined;
  private readonly unnamed: Objection | undefined;

  constructor({ allow, deny, knownScanners, emptyUserAgent }: BotsSpec) {
    this.allowed = anyOf(allow);
    this.denied = anyOf(deny);
    this.scanners = knownScanners ? anyOf(KNOWN_SCANNERS) : undefined;
    this.unnamed = emptyUserAgent === 'refuse' ? UNSAID : undefined;
  }

  /** @param userAgent as sent; empty: none was. */
  objection(userAgent: string): Objection | undefined {
    if (userAgent === '') return this.unnamed;
    if (userAgent.length > LONGEST_REMEMBERED) return this.judge(userAgent);
    const known = this.said.get(userAgent);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const objection = this.judge(userAgent);
    this.said.set(userAgent, objection ?? 'none');
    return objection;
  }

  private judge(userAgent: string): Objection | undefined {
    if (userAgent.trim() === '') return this.unnamed;
    if (this.allowed?.test(userAgent)) return undefined;
    if (this.denied?.test(userAgent)) return DENIED;
    return this.scanners?.test(userAgent) ? SCANNER : undefined;
  }
}

/** Routes that say the same share what they remember. */
const inUse = new RecentMap<string, UserAgents>(64);

/** The policy of one route; none where it has nothing to say. */
export function botPolicies(spec: BotsSpec): Policy[] {
  const { mode } = spec;
  if (mode === 'off') return [];
  const key = JSON.stringify(spec);
  const userAgents = inUse.get(key) ?? new UserAgents(spec);
  inUse.set(key, userAgents);
  return [guard('bots', mode, ({ head }) => userAgents.objection(head.userAgent))];
}

const anyOf = (parts: readonly string[]): RegExp | undefined =>
  parts.length === 0 ? undefined : new RegExp(parts.map(literally).join('|'), 'i');

const literally = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`);
