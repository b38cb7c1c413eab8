import { resolve } from 'node:path';
import type { Inspection } from '../request/inspection.js';
import type { RouteSpec } from '../routes/route-spec.js';
import type { RoutesFile } from '../routes/routes-file.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import { coreRuleFiles, ruleFile } from './rule-files.js';
import { type RuleFile, type RuleSet, ruleSetOf } from './rule-set.js';
import { WafEngine } from './waf-engine.js';
import { WafInspection } from './waf-inspection.js';
import { observeWaf } from './waf-metrics.js';
import { WafEngineSpec, type WafSpec } from './waf-spec.js';

/** Each costs every thread some 20 MB. */
const MAX_RULE_SETS = 16;

interface Guarded {
  readonly route: RouteSpec;
  readonly spec: WafSpec;
  readonly ruleSet: RuleSet;
}

/** The firewall of a gateway: its engine runs once a route asks for it, and stays. */
export class Waf {
  private engine: { readonly engine: WafEngine; readonly opened: string } | undefined;

  /**
   * Reads the rules of a new set of routes, and has the engine understand them.
   * @param folder what paths are relative to.
   * @returns the inspections, by route id.
   * @throws RoutesRejected when the library or a file of rules cannot be used; nothing has changed then.
   */
  async load(
    file: Pick<RoutesFile, 'waf' | 'routes'>,
    folder: string,
  ): Promise<ReadonlyMap<string, Inspection>> {
    const asking = file.routes.filter(({ waf }) => waf && waf.mode !== 'off');
    if (asking.length === 0) return new Map();
    const bounds = file.waf ?? WafEngineSpec.parse({});
    const guarded = await guardedOf(asking, resolve(folder, bounds.coreRules), folder);
    const ruleSets = [...new Map(guarded.map(({ ruleSet }) => [ruleSet.id, ruleSet])).values()];
    if (ruleSets.length > MAX_RULE_SETS)
      throw new RoutesRejected([
        `waf: the routes ask for ${ruleSets.length} different sets of rules, and ${MAX_RULE_SETS} are held at most. Give routes the same paranoia, threshold, rules and exclude.`,
      ]);
    const engine = await this.opened(bounds, folder);
    await engine.load(ruleSets).catch((error: Error) => {
      throw new RoutesRejected([`waf: the rules cannot be used: ${error.message}`]);
    });
    await engine.keep(ruleSets);
    return new Map(
      guarded.map(({ route, ...rest }) => [route.id, inspectionOf(route, rest, engine, bounds)]),
    );
  }

  close(): void {
    this.engine?.engine.close();
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

async function guardedOf(
  routes: readonly RouteSpec[],
  coreRules: string,
  folder: string,
): Promise<Guarded[]> {
  const core = await coreRuleFiles(coreRules).catch((error: Error) => {
    throw new RoutesRejected([
      `waf.coreRules: ${coreRules} cannot be used (${error.message}). Install the OWASP Core Rule Set (Debian: modsecurity-crs), or name its folder.`,
    ]);
  });
  return Promise.all(
    routes.flatMap((route) => {
      const { waf: spec } = route;
      return spec
        ? [ownFiles(route.id, spec, folder).then((own) => guarded(route, spec, [...own, ...core]))]
        : [];
    }),
  );
}

const guarded = (route: RouteSpec, spec: WafSpec, files: readonly RuleFile[]): Guarded => ({
  route,
  spec,
  ruleSet: ruleSetOf(spec, files),
});

const ownFiles = (routeId: string, { rules }: WafSpec, folder: string): Promise<RuleFile[]> =>
  Promise.all(
    rules.map((path) =>
      ruleFile(resolve(folder, path)).catch((error: Error) => {
        throw new RoutesRejected([`route ${routeId}, waf.rules: ${path} cannot be read (${error.message})`]);
      }),
    ),
  );

const inspectionOf = (
  { credentials }: RouteSpec,
  { spec, ruleSet }: Omit<Guarded, 'route'>,
  engine: WafEngine,
  bounds: WafEngineSpec,
): Inspection => new WafInspection({ spec, ruleSet, engine, bounds, keyHeader: credentials?.header });
