import type { WafStrictness } from '@gatehouse/contracts';
import type { PublishingSpec } from '../publishing/publishing-spec.js';
import type { NamedRuleFiles } from './named-rule-files.js';
import { type RuleSet, ruleSetOf } from './rule-set.js';

/** Rules that routes of published APIs may ask for: read with gateway.yaml, so that following what is published waits for nobody. */
export class OfferedRuleSets {
  private constructor(private readonly byStrictness: ReadonlyMap<string, RuleSet>) {}

  /** @throws RoutesRejected when the Core Rule Set cannot be read. */
  static async read(publishing: PublishingSpec, files: NamedRuleFiles): Promise<OfferedRuleSets> {
    const offered = publishing.flatMap(({ waf }) => waf);
    if (offered.length === 0) return new OfferedRuleSets(new Map());
    const core = await files.coreOf('request');
    return new OfferedRuleSets(
      new Map(offered.map((one) => [keyOf(one), ruleSetOf({ ...one, exclude: [] }, core)])),
    );
  }

  get all(): RuleSet[] {
    return [...this.byStrictness.values()];
  }

  /** @throws Error for what is not offered: nobody is to be served without what he asked for. */
  of(asked: WafStrictness): RuleSet {
    const ruleSet = this.byStrictness.get(keyOf(asked));
    if (!ruleSet) throw new Error(`the firewall is not offered with ${keyOf(asked)}`);
    return ruleSet;
  }
}

const keyOf = ({ paranoia, threshold }: WafStrictness): string =>
  `paranoia ${paranoia}, threshold ${threshold}`;
