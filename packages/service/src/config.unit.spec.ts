import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ConfigError, loadConfig, serviceFields } from './config.js';

const schema = z.object({
  ...serviceFields,
  SECRET: z.string('expected the secret').min(8, 'expected 8 characters or more'),
});
const good = { PORT: '8080', NATS_URL: 'nats://127.0.0.1:4222', SECRET: 'long enough' };
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const problemsOf = (environment: NodeJS.ProcessEnv): readonly string[] => {
  try {
    loadConfig(schema, environment);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

describe('loadConfig', () => {
  it('reads variables and fills in defaults', () => {
    expect(loadConfig(schema, good)).toEqual({ ...good, PORT: 8080, HOST: '127.0.0.1', LOG_LEVEL: 'info' });
  });

  it('reads a secret from a file', () => {
    writeFileSync(join(folder, 'secret'), 'from the file\n');
    const { SECRET: _, ...rest } = good;
    expect(loadConfig(schema, { ...rest, SECRET_FILE: join(folder, 'secret') }).SECRET).toBe('from the file');
  });

  it.each([
    [{ ...good, PORT: 'eighty' }, 'PORT: expected a port number'],
    [{ ...good, PORT: undefined }, 'PORT: is not set; expected a port number'],
    [{ ...good, NATS_URL: 'http://x' }, 'NATS_URL: expected nats://'],
    [{ ...good, SECRET: '' }, 'SECRET: is not set; expected the secret'],
    [{ ...good, SECRET_FILE: '/nowhere' }, 'SECRET_FILE: cannot be read (ENOENT)'],
  ])('names what is wrong', (environment, problem) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(problem)]);
  });

  it('names everything that is wrong at once, and no value', () => {
    const problems = problemsOf({ PORT: '-1', SECRET: 'short' });
    expect(problems).toHaveLength(3);
    expect(problems.join()).not.toContain('short');
  });
});
