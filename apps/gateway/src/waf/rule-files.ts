import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RuleFile } from './rule-set.js';

/** Rules about requests, in the order of their numbers; answers are not looked at. */
const REQUEST_RULES = /^REQUEST-.*\.conf$/;

/**
 * The files of the Core Rule Set.
 * @throws Error that says what is missing.
 */
export async function coreRuleFiles(folder: string): Promise<RuleFile[]> {
  const names = (await readdir(folder)).toSorted();
  const rules = names.filter((name) => REQUEST_RULES.test(name));
  if (rules.length === 0) throw new Error('there are no REQUEST-….conf files in it');
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
