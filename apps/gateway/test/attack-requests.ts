import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sampleData } from '@gatehouse/testing';
import { parse } from 'yaml';
import { z } from 'zod';

/** https://github.com/coreruleset/ftw-tests-schema, as far as the samples use it. */
const RuleTests = z.object({
  rule_id: z.int(),
  tests: z.array(
    z.object({
      test_id: z.int(),
      stages: z.array(
        z.object({
          input: z.object({
            method: z.string().default('GET'),
            uri: z.string(),
            version: z.string().default('HTTP/1.1'),
            headers: z.record(z.string(), z.coerce.string()),
            data: z.string().default(''),
          }),
          output: z.object({ log: z.object({ expect_ids: z.array(z.int()).default([]) }) }),
        }),
      ),
    }),
  ),
});
type Sent = z.infer<typeof RuleTests>['tests'][number]['stages'][number]['input'];

/** One request of the Core Rule Set's own tests. */
export interface SampleRequest {
  /** Rule and number of the test. */
  readonly name: string;
  /** Of the rule it is a sample for. */
  readonly rule: number;
  /** Whether that rule, or others, are expected to match. */
  readonly isAttack: boolean;
  readonly sent: Sent;
}

/** The samples; none where they are not at hand. */
export function attackRequests(): SampleRequest[] {
  const folder = sampleData('crs-dev');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .toSorted()
    .flatMap((file) => {
      const { rule_id: rule, tests } = RuleTests.parse(parse(readFileSync(join(folder, file), 'utf8')));
      return tests.flatMap(({ test_id: id, stages }) =>
        stages.map(({ input, output }) => ({
          name: `${rule}-${id}`,
          rule,
          isAttack: output.log.expect_ids.length > 0,
          sent: input,
        })),
      );
    });
}

/** The bytes of a request, sent to `host` by whoever holds the token, as the tests' own runner completes them. */
export function bytesOf({ sent }: SampleRequest, host: string, token: string): string {
  const { method, uri, version, data } = sent;
  const headers = new Map(Object.entries(sent.headers).map(([name, value]) => [name.toLowerCase(), value]));
  headers.set('host', host).set('authorization', `Bearer ${token}`).set('connection', 'close');
  if (data !== '') {
    headers.set('content-length', `${Buffer.byteLength(data)}`);
    if (!headers.has('content-type')) headers.set('content-type', 'application/x-www-form-urlencoded');
  }
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `${method} ${uri} ${version}\r\n${lines}\r\n${Buffer.from(data).toString('latin1')}`;
}
