import { resolve } from 'node:path';
import { allAccepted } from '../routes/all-accepted.js';
import { RoutesRejected } from '../routes/routes-rejected.js';
import { coreRuleFiles, ruleFile, type RulesAbout } from './rule-files.js';
import type { RuleFile } from './rule-set.js';

/** Files of rules; those of the Core Rule Set are read once. */
export class NamedRuleFiles {
  private readonly core = new Map<RulesAbout, Promise<RuleFile[]>>();

  constructor(
    private readonly coreRules: string,
    private readonly folder: string,
  ) {}

  /**
   * Those that a route names, before those of the Core Rule Set.
   * @throws RoutesRejected with each that cannot be read.
   */
  async of(routeId: string, about: RulesAbout, own: readonly string[]): Promise<RuleFile[]> {
    const files = await allAccepted(
      own.map((path) =>
        ruleFile(resolve(this.folder, path)).catch((error: Error) => {
          const field = about === 'request' ? 'waf.rules' : 'waf.answers.rules';
          throw new RoutesRejected([`route ${routeId}, ${field}: ${path} cannot be read (${error.message})`]);
        }),
      ),
    );
    return [...files, ...(await this.coreOf(about))];
  }

  /** @throws RoutesRejected when they cannot be read. */
  coreOf(about: RulesAbout): Promise<RuleFile[]> {
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
