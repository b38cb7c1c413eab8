import { existsSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { sampleData } from '@gatehouse/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stage, setStage } from './stage.js';

const LOG = sampleData('access-logs/apache_combined_2015.log.gz');
const here = existsSync(LOG);
const LINE = /^\S+ \S+ \S+ \[[^\]]+\] "(\S+) (\S+) HTTP/;

(here ? describe : describe.skip)(
  `the replay route of gateway.yaml${here ? '' : ' (no access log at hand)'}`,
  () => {
    let stage: Stage;
    beforeAll(async () => {
      stage = await setStage({
        routes: readFileSync(new URL('../../../gateway.yaml', import.meta.url), 'utf8'),
      });
    });
    afterAll(() => stage.stop());

    it('hands every request target of a real access log on unchanged', async () => {
      const { token } = stage.issuer.issue({ scopes: ['replay:send'] });
      const lines = gunzipSync(readFileSync(LOG)).toString('utf8').trimEnd().split('\n');
      const targets = [...new Set(lines.map((line) => LINE.exec(line)?.[2]))].filter(
        (target) => target !== undefined,
      );
      expect(targets.length).toBeGreaterThan(1_000);
      const agent = new Agent({ keepAlive: true, maxSockets: 8 });
      const changed: unknown[] = [];
      await Promise.all(
        targets.map(async (target) => {
          const seen = await seenByUpstream(`/replay${target}`, token, agent);
          if (seen !== `/replay${target}`) changed.push({ target, seen });
        }),
      );
      agent.destroy();
      expect(changed).toEqual([]);
    });

    function seenByUpstream(path: string, token: string, agent: Agent): Promise<string> {
      return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` };
        request({ port: stage.gateway.port, host: '127.0.0.1', path, headers, agent }, (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => {
            body += chunk.toString();
          });
          response.on('end', () => resolve(String((JSON.parse(body) as { url?: string }).url)));
        })
          .on('error', reject)
          .end();
      });
    }
  },
);
