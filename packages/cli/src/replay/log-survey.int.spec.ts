import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { sampleData } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { surveyLog } from './log-survey.js';

const REAL_LOG = sampleData('access-logs/apache_combined_2015.log.gz');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-survey-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(content: string | Buffer): Promise<string> {
  const path = join(folder, `${Math.random()}.log`);
  await writeFile(path, content);
  return path;
}

const lineOf = (client: string, status = 200) =>
  `${client} - - [17/May/2015:10:05:03 +0000] "GET / HTTP/1.1" ${status} 5 "-" "-"`;

describe('surveyLog', () => {
  if (existsSync(REAL_LOG))
    it('finds all 10,000 requests of a real log, by status', async () => {
      const survey = await surveyLog(REAL_LOG, 2000);
      expect(survey.statuses.toJSON()).toEqual({
        200: 9126,
        206: 45,
        301: 164,
        304: 445,
        403: 2,
        404: 213,
        416: 2,
        500: 3,
      });
      expect(survey.unreadable.count).toBe(0);
      expect(survey.clients.size).toBe(1753);
      expect(survey.bytes).toBe(2_747_282_740);
      expect(survey.spanMs).toBeGreaterThan(3 * 86_400_000);
    });
  else console.warn(`${REAL_LOG} is absent: the real log is not read (set GATEHOUSE_TEST_DATA)`);

  it('reads plain and gzipped files alike, whatever their names', async () => {
    const text = [lineOf('192.0.2.1'), lineOf('192.0.2.2', 404)].join('\r\n');
    const plain = await surveyLog(await fileOf(text), 10);
    const gzipped = await surveyLog(await fileOf(gzipSync(text)), 10);
    expect(plain.statuses.toJSON()).toEqual({ 200: 1, 404: 1 });
    expect(gzipped).toEqual(plain);
  });

  it('counts and shows lines it cannot read, without their control characters', async () => {
    const survey = await surveyLog(await fileOf(`${lineOf('192.0.2.1')}\n\u001b[2Jgarbage\n\n`), 10);
    expect(survey.unreadable).toEqual({ count: 1, samples: [{ number: 2, text: '?[2Jgarbage' }] });
  });

  it('keeps only as many clients as asked for and says that there are more', async () => {
    const survey = await surveyLog(await fileOf(['a', 'b', 'a', 'c'].map((c) => lineOf(c)).join('\n')), 2);
    expect([...survey.clients]).toEqual(['a', 'b']);
    expect(survey.moreClients).toBe(true);
  });

  it('survives a file without line ends', async () => {
    const survey = await surveyLog(await fileOf(Buffer.alloc(3_000_000, 'x')), 10);
    expect(survey.unreadable.count).toBe(1);
  });

  it('says that a gzip file is cut off', async () => {
    const whole = gzipSync(Array.from({ length: 5000 }, (_, n) => lineOf(`192.0.2.${n}`)).join('\n'));
    const path = await fileOf(whole.subarray(0, whole.length / 2));
    await expect(surveyLog(path, 10)).rejects.toThrow('unexpected end of file');
  });
});
