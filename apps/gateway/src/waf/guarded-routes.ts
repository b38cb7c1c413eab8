import { resolve } from 'node:path';
import type { RouteSpec } from '../routes/route-spec.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import { answerRuleSetOf } from './answer-rule-set.js';
import { coreRuleFiles, ruleFile, type RulesAbout } from './rule-files.js';
import { type RuleFile, type RuleSet, ruleSetOf } from './rule-set.js';
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
 * @throws RoutesRejected when one of them cannot be read.
 */
export async function guardedOf(
  routes: readonly RouteSpec[],
  coreRules: string,
  folder: string,
): Promise<Guarded[]> {
  const files = new Files(coreRules, folder);
  const guarded = await Promise.all(
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

/** Each once. */
export const ruleSetsOf = (guarded: readonly Guarded[]): RuleSet[] => [
  ...new Map(
    guarded
      .flatMap(({ requests, answers }) => [requests ?? [], answers?.ruleSet ?? []].flat())
      .map((ruleSet) => [ruleSet.id, ruleSet]),
  ).values(),
];

/** Files of rules; those of the Core Rule Set are read once. */
class Files {
  private readonly core = new Map<RulesAbout, Promise<RuleFile[]>>();

  constructor(
    private readonly coreRules: string,
    private readonly folder: string,
  ) {}

  async of(routeId: string, about: RulesAbout, own: readonly string[]): Promise<RuleFile[]> {
    const files = await Promise.all(
      own.map((path) =>
        ruleFile(resolve(this.folder, path)).catch((error: Error) => {
          const field = about === 'request' ? 'waf.rules' : 'waf.answers.rules';
          throw new RoutesRejected([`route ${routeId}, ${field}: ${path} cannot be read (${error.message})`]);
        }),
      ),
    );
    return [...files, ...(await this.coreOf(about))];
  }

  private coreOf(about: RulesAbout): Promise<RuleFile[]> {
    const known = this.core.get(about);
    if (known) return known;
    const read = coreRuleFiles(this.coreRules, about).catch((error: Error) => {
      throw new RoutesRejected([
        `waf.coreRules: ${this.coreRules} cannot be used (${error.message}). Install the OWASP Core Rule Set (Debian: modsecurity-crs), or name its folder.`,
      ]);
    });
    this.core.set(about, read);
    return read;
  }
}
