import { describe, expect, it } from '@jest/globals';
import { natsConf } from './nats-conf.js';
import { STREAMS } from './streams.js';
import { NATS_USERS } from './users.js';
import type { NatsUser } from './users.js';

const passwords = (password: string) =>
  Object.fromEntries(NATS_USERS.map((user) => [user, password])) as Record<NatsUser, string>;

describe('natsConf', () => {
  it('refuses a password the format could read as something else', () => {
    expect(() => natsConf({ passwords: passwords('a" } ] # ') })).toThrow(RangeError);
  });

  it('offers JetStream at least what the streams together may take', () => {
    const offered = Number(/max_file_store: (\d+)/.exec(natsConf({ passwords: passwords('x') }))?.[1]);
    expect(offered).toBeGreaterThan(STREAMS.reduce((sum, { max_bytes }) => sum + max_bytes, 0));
  });
});
