import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { sampleData } from '@gatehouse/testing';

const LOG = sampleData('access-logs/apache_combined_2015.log.gz');
const LINE = /"GET (\/\S*) HTTP[^"]*" \d+ \S+ "[^"]*" "([^"]*)"$/;

/** A request that somebody made of a real site. */
export interface RealRequest {
  readonly target: string;
  readonly userAgent: string;
}

/** So many different ones, from all over a log of 10,000; none where it is not at hand. */
export function realRequests(atMost: number): RealRequest[] {
  if (!existsSync(LOG)) return [];
  const lines = gunzipSync(readFileSync(LOG)).toString('latin1').trimEnd().split('\n');
  const requests = new Map<string, RealRequest>();
  for (const line of lines) {
    const [, target, userAgent] = LINE.exec(line) ?? [];
    if (target !== undefined && userAgent !== undefined)
      requests.set(`${target} ${userAgent}`, { target, userAgent });
  }
  const all = [...requests.values()];
  const step = Math.max(1, Math.floor(all.length / atMost));
  return all.filter((_, i) => i % step === 0).slice(0, atMost);
}
