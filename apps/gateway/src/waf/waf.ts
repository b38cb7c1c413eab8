import { resolve } from 'node:path';
import type { Inspection } from '../request/inspection.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import { AnswerInspection } from './answer-inspection.js';
import { type Guarded, guardedOf, ruleSetsOf } from './guarded-routes.js';
import { NamedRuleFiles } from './named-rule-files.js';
import { OfferedRuleSets } from './offered-rule-sets.js';
import type { RuleSet } from './rule-set.js';
import { WafEngine } from './waf-engine.js';
import { WafInspection } from './waf-inspection.js';
import { observeWaf } from './waf-metrics.js';
import { WafEngineSpec } from './waf-spec.js';

/** Each costs every thread some 20 MB. */
const MAX_RULE_SETS = 16;

/** What the firewall does on a route. */
export interface RouteWaf {
  /** `undefined`: requests are not looked at. */
  readonly requests: Inspection | undefined;
  /** `undefined`: answers are not. */
  readonly answers: AnswerInspection | undefined;
}

/** What the firewall does on a route; `undefined`: nothing. */
export type WafOf = (route: RouteSpec) => RouteWaf | undefined;

/** The firewall of a gateway: its engine runs once a route asks for it, and stays. */
export class Waf {
  private engine: { readonly engine: WafEngine; readonly opened: string } | undefined;

  /**
   * Reads the rules of a new set of routes, and has the engine understand them.
   * @param folder what paths are relative to.
   * @returns what it does on a route of these, or of an API that they let be published.
   * @throws RoutesRejected when the library or a file of rules cannot be used; nothing has changed then.
   */
  async load(file: Pick<RoutesFile, 'waf' | 'routes' | 'publishing'>, folder: string): Promise<WafOf> {
    const bounds = file.waf ?? WafEngineSpec.parse({});
    const files = new NamedRuleFiles(resolve(folder, bounds.coreRules), folder);
    const guarded = await guardedOf(file.routes, files);
    const offered = await OfferedRuleSets.read(file.publishing, files);
    const ruleSets = eachOnce([...ruleSetsOf(guarded), ...offered.all]);
    if (ruleSets.length === 0) return () => undefined;
    if (ruleSets.length > MAX_RULE_SETS)
      throw new RoutesRejected([
        `waf: routes and publishing ask for ${ruleSets.length} different sets of rules, and ${MAX_RULE_SETS} are held at most. Give routes the same paranoia, threshold, rules and exclude.`,
      ]);
    const engine = await this.opened(bounds, folder);
    await engine.load(ruleSets).catch((error: Error) => {
      throw new RoutesRejected([`waf: the rules cannot be used: ${error.message}`]);
    });
    await engine.keep(ruleSets);
    const own = new Map(guarded.map((one) => [one.route.id, routeWafOf(one, engine, bounds)]));
    return (route) => {
      const { id, waf: spec } = route;
      if (own.has(id) || !spec || spec.mode === 'off') return own.get(id);
      return routeWafOf({ route, spec, requests: offered.of(spec), answers: undefined }, engine, bounds);
    };
  }

  async close(): Promise<void> {
    await this.engine?.engine.close();
  }

  private async opened({ library, threads }: WafEngineSpec, folder: string): Promise<WafEngine> {
    const path = library.includes('/') ? resolve(folder, library) : library;
    const asked = JSON.stringify([path, threads]);
    if (this.engine) {
      if (this.engine.opened === asked) return this.engine.engine;
      throw new RoutesRejected(['waf: a change of library or threads takes a restart of the gateway']);
    }
    const engine = new WafEngine({ library: path, threads });
    await engine.start().catch((error: Error) => {
      throw new RoutesRejected([
        `waf.library: ${path} cannot be used (${error.message}). Install libmodsecurity 3 (Debian: libmodsecurity3), or name its path.`,
      ]);
    });
    this.engine = { engine, opened: asked };
    observeWaf(engine);
    return engine;
  }
}

const eachOnce = (ruleSets: readonly RuleSet[]): RuleSet[] => [
  ...new Map(ruleSets.map((ruleSet) => [ruleSet.id, ruleSet])).values(),
];

const routeWafOf = (
  { route, spec, requests, answers }: Guarded,
  engine: WafEngine,
  bounds: WafEngineSpec,
): RouteWaf => ({
  requests:
    requests &&
    new WafInspection({ spec, ruleSet: requests, engine, bounds, keyHeader: route.credentials?.header }),
  answers: answers && new AnswerInspection({ spec: answers.spec, ruleSet: answers.ruleSet, engine, bounds }),
});
