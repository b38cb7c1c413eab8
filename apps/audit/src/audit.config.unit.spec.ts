import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '@gatehouse/service';
import { generateNoteKey } from '@gatehouse/tlog';
import { AuditConfig } from './audit.config.js';

const { privateKey } = generateNoteKey('example.com/log');
const environment = {
  NATS_URL: 'nats://127.0.0.1:4222',
  DATABASE_URL: 'postgres://localhost/gatehouse',
  ISSUER_URL: 'http://127.0.0.1:8082',
  SERVICE_TOKEN: 'gh_test_x',
  AUDIT_SIGNING_KEY: privateKey,
};

describe('audit’s configuration', () => {
  it('takes the log’s name from its signing key', () => {
    const config = loadConfig(AuditConfig, environment);
    expect(config.AUDIT_SIGNING_KEY.name).toBe('example.com/log');
    expect(config.PORT).toBe(8083);
  });

  it.each([
    ['AUDIT_SIGNING_KEY', privateKey.slice(0, -2)],
    ['AUDIT_SIGNING_KEY', ''],
    ['DATABASE_URL', 'mysql://localhost/gatehouse'],
    ['ISSUER_URL', '127.0.0.1:8082'],
    ['SERVICE_TOKEN', ''],
    ['DATABASE_POOL', '1'],
  ])('refuses a wrong %s by name', (name, value) => {
    expect(() => loadConfig(AuditConfig, { ...environment, [name]: value })).toThrow(
      new RegExp(`^  ${name}: `, 'm'),
    );
  });

  it('never quotes the key that it refuses', () => {
    const wrong = privateKey.replace('example.com/log', 'example.org/log');
    const load = () => loadConfig(AuditConfig, { ...environment, AUDIT_SIGNING_KEY: wrong });
    expect(load).toThrow('AUDIT_SIGNING_KEY: expected a C2SP signed-note key');
    expect(load).not.toThrow(privateKey.slice(-20));
  });
});
