import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleFile } from './rule-set.js';

/** In the order of their numbers. Those about answers need what the first about requests sets up. */
const RULES = {
  request: /^REQUEST-.*\.conf$/,
  answer: /^(?:REQUEST-901-.*|RESPONSE-95\d-.*)\.conf$/,
} as const;

/** What rules are about. */
export type RulesAbout = keyof typeof RULES;

/**
 * The files of the Core Rule Set about one of the two.
 * @throws Error that says what is missing.
 */
export async function coreRuleFiles(folder: string, about: RulesAbout): Promise<RuleFile[]> {
  const names = (await readdir(folder)).toSorted();
  const rules = names.filter((name) => RULES[about].test(name));
  if (rules.length === 0) throw new Error('the .conf files of its rules are not in it');
  const lists = createHash('sha256');
  for (const name of names.filter((name) => name.endsWith('.data')))
    lists.update(await readFile(join(folder, name)));
  const digest = lists.digest('hex');
  const files = await Promise.all(rules.map((name) => ruleFile(join(folder, name))));
  return files.map((file) => ({ ...file, digest: file.digest + digest }));
}

/** @throws Error of the file system. */
export const ruleFile = async (path: string): Promise<RuleFile> => ({
  path,
  digest: createHash('sha256')
    .update(await readFile(path))
    .digest('hex'),
});
