import { GuardMode, wafStrictness } from '@gatehouse/contracts';
import { z } from 'zod';

const MIB = 1024 * 1024;
const Path = z.string().min(1).max(1024);

/** The firewall engine of a gateway. It is started for the first route that has `waf`, or tenant that may publish such routes. */
export const WafEngineSpec = z.strictObject({
  library: Path.default('libmodsecurity.so.3').describe(
    'libmodsecurity 3: a path, or a name that the system finds libraries by. A change takes a restart.',
  ),
  coreRules: Path.default('/usr/share/modsecurity-crs/rules').describe(
    'The folder with the REQUEST-….conf files of the OWASP Core Rule Set, 3.3 or later.',
  ),
  threads: z.int().min(1).max(32).default(2).describe('A change takes a restart.'),
  timeoutMs: z
    .int()
    .min(10)
    .max(30_000)
    .default(1_000)
    .describe('Of one look at a request, its wait included.'),
  maxWaiting: z.int().min(1).max(10_000).default(256).describe('Requests beyond it are not looked at.'),
});
export type WafEngineSpec = z.infer<typeof WafEngineSpec>;

/** What the firewall looks for in the answers of a route's upstream. */
export const WafAnswersSpec = z.strictObject({
  mode: GuardMode,
  threshold: z.int().min(1).max(10_000).default(4).describe('Score from which an answer counts as a leak.'),
  rules: z
    .array(Path)
    .max(20)
    .default([])
    .describe(
      'Files in SecRule language (phases 3 and 4), relative to this file; read before the core rules.',
    ),
  bodyBytes: z
    .int()
    .min(1_024)
    .max(MIB)
    .default(128 * 1024)
    .describe('So much of an answer is looked at; with `block` the client gets nothing of it before.'),
});
export type WafAnswersSpec = z.infer<typeof WafAnswersSpec>;

/** What the firewall looks for on a route. What it could not look at, `block` refuses and `detect` lets pass. */
export const WafSpec = z.strictObject({
  mode: GuardMode,
  ...wafStrictness,
  rules: z
    .array(Path)
    .max(20)
    .default([])
    .describe('Files in SecRule language, relative to this file; read before the core rules.'),
  exclude: z
    .array(z.int().min(1).max(2_147_483_647))
    .max(500)
    .default([])
    .describe('Ids of rules that are left out.'),
  bodyBytes: z
    .int()
    .min(0)
    .max(16 * MIB)
    .default(128 * 1024)
    .describe(
      'Larger bodies are not looked at; such a body is read whole before the upstream sees any of it.',
    ),
  answers: WafAnswersSpec.optional(),
});
export type WafSpec = z.infer<typeof WafSpec>;
