import type { RuleFile, RuleSet } from './rule-set.js';
import { ruleSetFrom } from './rule-set.js';
import type { WafAnswersSpec, WafSpec } from './waf-spec.js';

/** What the rules say of a route's answers. */
export const answerRuleSetOf = (
  { paranoia, exclude }: Pick<WafSpec, 'paranoia' | 'exclude'>,
  { threshold }: Pick<WafAnswersSpec, 'threshold'>,
  files: readonly RuleFile[],
): RuleSet => ruleSetFrom(setupOf(paranoia, threshold), exclude, files);

/** Which answers are looked at, and how much of them, the gateway says: the engine takes what it is given. */
const setupOf = (paranoia: number, threshold: number): string => `
SecRuleEngine On
SecRequestBodyAccess Off
SecResponseBodyAccess On
SecResponseBodyLimit ${MOST_BODY_BYTES}
SecResponseBodyLimitAction ProcessPartial
SecAuditEngine Off
SecDefaultAction "phase:1,log,auditlog,pass"
SecDefaultAction "phase:2,log,auditlog,pass"
SecDefaultAction "phase:3,log,auditlog,pass"
SecDefaultAction "phase:4,log,auditlog,pass"
SecAction "id:900000,phase:1,nolog,pass,t:none,\\
  setvar:tx.paranoia_level=${paranoia},setvar:tx.blocking_paranoia_level=${paranoia}"
SecAction "id:900110,phase:1,nolog,pass,t:none,\\
  setvar:tx.inbound_anomaly_score_threshold=5,setvar:tx.outbound_anomaly_score_threshold=${threshold}"
SecAction "id:900990,phase:1,nolog,pass,t:none,setvar:tx.crs_setup_version=334"
`;

const MOST_BODY_BYTES = 2 * 1024 * 1024;
