import { createHash } from 'node:crypto';
import type { WafSpec } from './waf-spec.js';

/** All that an engine has to know to look at the requests, or at the answers, of a route. */
export interface RuleSet {
  /** Same rules, same id. */
  readonly id: string;
  /** In SecRule language, before the files. */
  readonly setup: string;
  /** Paths, in the order they are read. */
  readonly files: readonly string[];
  /** In SecRule language, after the files. */
  readonly last: string;
}

/** A file of rules, and what stands in it and in the lists it names. */
export interface RuleFile {
  readonly path: string;
  readonly digest: string;
}

const MOST_BODY_BYTES = 17 * 1024 * 1024;

/** The rules about the requests of one route. */
export const ruleSetOf = (
  { paranoia, threshold, exclude }: Pick<WafSpec, 'paranoia' | 'threshold' | 'exclude'>,
  files: readonly RuleFile[],
): RuleSet => ruleSetFrom(setupOf(paranoia, threshold), exclude, files);

/** @param setup in SecRule language. @param exclude ids of rules that are left out. */
export function ruleSetFrom(setup: string, exclude: readonly number[], files: readonly RuleFile[]): RuleSet {
  const last = exclude.map((id) => `SecRuleRemoveById ${id}\n`).join('');
  const hash = createHash('sha256').update(setup).update(last);
  for (const { path, digest } of files) hash.update(`${path} ${digest}\n`);
  return { id: hash.digest('hex').slice(0, 16), setup, files: files.map(({ path }) => path), last };
}

/** The Core Rule Set's own, and those that HTTP APIs use beside. */
const CONTENT_TYPES = [
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/related',
  'text/plain',
  'text/xml',
  'application/xml',
  'application/soap+xml',
  'application/json',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/vnd.api+json',
  'application/problem+json',
  'application/hal+json',
  'application/ld+json',
  'application/scim+json',
  'application/x-ndjson',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
  'application/graphql',
  'application/octet-stream',
  'application/csp-report',
];

/**
 * The engine's own settings and what the Core Rule Set asks to be told (its crs-setup.conf). `auditlog` is what makes the
 * engine call its log at all; there is no audit log, because it would hold what was sent. Methods are those of HTTP
 * APIs: which of them a route takes, its scopes say.
 */
const setupOf = (paranoia: number, threshold: number): string => `
SecRuleEngine On
SecRequestBodyAccess On
SecRequestBodyLimit ${MOST_BODY_BYTES}
SecRequestBodyNoFilesLimit ${MOST_BODY_BYTES}
SecRequestBodyLimitAction Reject
SecRequestBodyJsonDepthLimit 512
SecResponseBodyAccess Off
SecAuditEngine Off
SecArgumentSeparator &
SecCookieFormat 0
SecDefaultAction "phase:1,log,auditlog,pass"
SecDefaultAction "phase:2,log,auditlog,pass"
SecRule REQUEST_HEADERS:Content-Type "^(?:application(?:/soap\\+|/)|text/)xml" \\
  "id:200000,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
SecRule REQUEST_HEADERS:Content-Type "^application/(?:[a-z0-9.-]+[+])?json" \\
  "id:200001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
SecRule REQBODY_ERROR "!@eq 0" \\
  "id:200002,phase:2,t:none,deny,status:400,log,msg:'The body is not what it says it is',chain"
  SecRule REQUEST_BODY_LENGTH "@gt 0" "t:none"
SecRule MULTIPART_STRICT_ERROR "!@eq 0" \\
  "id:200003,phase:2,t:none,deny,status:400,log,msg:'The multipart body is ambiguous'"
SecRule TX:/^MSC_/ "!@streq 0" \\
  "id:200005,phase:2,t:none,deny,status:400,log,msg:'The engine gave up on a pattern'"
SecAction "id:900000,phase:1,nolog,pass,t:none,\\
  setvar:tx.paranoia_level=${paranoia},setvar:tx.blocking_paranoia_level=${paranoia}"
SecAction "id:900110,phase:1,nolog,pass,t:none,\\
  setvar:tx.inbound_anomaly_score_threshold=${threshold},setvar:tx.outbound_anomaly_score_threshold=4"
SecAction "id:900200,phase:1,nolog,pass,t:none,\\
  setvar:'tx.allowed_methods=GET HEAD POST OPTIONS PUT PATCH DELETE'"
SecAction "id:900220,phase:1,nolog,pass,t:none,\\
  setvar:'tx.allowed_request_content_type=${CONTENT_TYPES.map((type) => `|${type}|`).join(' ')}'"
SecAction "id:900990,phase:1,nolog,pass,t:none,setvar:tx.crs_setup_version=334"
`;
