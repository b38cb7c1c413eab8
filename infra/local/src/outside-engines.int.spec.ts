import { createDatabase, freePort, startNats } from '@gatehouse/testing';
import { describe, expect, it } from '@jest/globals';
import { readLocalConfig } from './local.config.js';
import { reachOutsideEngines } from './outside-engines.js';

describe('engines that run elsewhere', () => {
  it('are accepted when they answer', async () => {
    const nats = await startNats();
    const database = await createDatabase();
    const config = readLocalConfig({ NATS_URL: nats.url, DATABASE_URL: database.url });
    await expect(reachOutsideEngines(config)).resolves.toBeUndefined();
    await database.drop();
    await nats.stop();
  });

  it.each([
    ['DATABASE_URL', 'postgres'],
    ['NATS_URL', 'nats'],
    ['CLICKHOUSE_URL', 'http'],
  ])('are refused by the name of %s when nobody answers', async (variable, scheme) => {
    const config = readLocalConfig({
      [variable]: `${scheme}://user:s3cret@127.0.0.1:${await freePort()}/db`,
    });
    await expect(reachOutsideEngines(config)).rejects.toThrow(
      `${variable}: what it names does not answer as it should`,
    );
  });
});
