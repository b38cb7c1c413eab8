import { describe, expect, it } from '@jest/globals';
import { ConfigError, readLocalConfig } from './local.config.js';

const readWrong = () => readLocalConfig({ DATABASE_URL: 'mysql://u:s3cret@h/db', LOG_LEVEL: 'loud' });

describe('the environment', () => {
  it('may be empty, and empty variables count as absent', () => {
    expect(readLocalConfig({ DATABASE_URL: '', HOME: '/root' })).toEqual({ LOG_LEVEL: 'info' });
  });

  it('is refused with the name of each wrong variable and without its value', () => {
    expect(readWrong).toThrow(ConfigError);
    expect(readWrong).toThrow(/DATABASE_URL: expected postgres:\/\/.*\n.*LOG_LEVEL: expected a level/);
    expect(readWrong).not.toThrow(/s3cret/);
  });
});
