import { existsSync } from 'node:fs';
import { sampleData } from '@gatehouse/testing';

/** 10,000 real requests of one site; `undefined`, with a word about it, where the data is not at hand. */
export function sampleLog(): string | undefined {
  const path = sampleData('access-logs/apache_combined_2015.log.gz');
  if (existsSync(path)) return path;
  process.stderr.write(`${path} is not here: the replay of the real log is left out (GATEHOUSE_TEST_DATA)\n`);
  return undefined;
}

/** What the sample holds, counted by hand with awk. */
export const SAMPLE_STATUSES = {
  '200': 9126,
  '206': 45,
  '301': 164,
  '304': 445,
  '403': 2,
  '404': 213,
  '416': 2,
  '500': 3,
};
