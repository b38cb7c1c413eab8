import { allAccepted } from '../routes/all-accepted.js';
import type { RouteSpec } from '../routes/route-spec.js';
import { answerRuleSetOf } from './answer-rule-set.js';
import type { NamedRuleFiles } from './named-rule-files.js';
import { type RuleSet, ruleSetOf } from './rule-set.js';
import type { WafAnswersSpec, WafSpec } from './waf-spec.js';

/** A route that the firewall works for, and the rules it needs. */
export interface Guarded {
  readonly route: RouteSpec;
  readonly spec: WafSpec;
  /** `undefined`: its requests are not looked at. */
  readonly requests: RuleSet | undefined;
  /** `undefined`: its answers are not. */
  readonly answers: { readonly spec: WafAnswersSpec; readonly ruleSet: RuleSet } | undefined;
}

/**
 * The routes that ask for the firewall, with the files of their rules.
 * @throws RoutesRejected with each of them that cannot be read.
 */
export async function guardedOf(routes: readonly RouteSpec[], files: NamedRuleFiles): Promise<Guarded[]> {
  const guarded = await allAccepted(
    routes.map(async (route) => {
      const { waf: spec } = route;
      if (!spec) return [];
      const { answers } = spec;
      const requests =
        spec.mode === 'off' ? undefined : ruleSetOf(spec, await files.of(route.id, 'request', spec.rules));
      const ofAnswers = answers &&
        answers.mode !== 'off' && {
          spec: answers,
          ruleSet: answerRuleSetOf(spec, answers, await files.of(route.id, 'answer', answers.rules)),
        };
      return requests || ofAnswers ? [{ route, spec, requests, answers: ofAnswers || undefined }] : [];
    }),
  );
  return guarded.flat();
}

/** Those they need. */
export const ruleSetsOf = (guarded: readonly Guarded[]): RuleSet[] =>
  guarded.flatMap(({ requests, answers }) => [requests ?? [], answers?.ruleSet ?? []].flat());
