import { z } from 'zod';

/** What the supervisor takes from the environment. */
export const LocalConfig = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'expected postgres://user:password@host:port/database' })
    .optional(),
  NATS_URL: z
    .url({ protocol: /^(nats|tls)$/, error: 'expected nats://[user:password@]host:port' })
    .optional(),
  CLICKHOUSE_URL: z
    .url({ protocol: /^https?$/, error: 'expected http[s]://[user:password@]host:port' })
    .optional(),
  GATEWAY_CONFIG: z.string().optional(),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'expected a level such as info or debug',
    )
    .default('info'),
});
export type LocalConfig = z.infer<typeof LocalConfig>;

/** Thrown for wrong variables: the message names each and what was expected, never its value. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/** @throws ConfigError */
export function readLocalConfig(environment: NodeJS.ProcessEnv): LocalConfig {
  const given = Object.entries(environment).filter(([, value]) => value !== '');
  const { success, data, error } = LocalConfig.safeParse(Object.fromEntries(given));
  if (success) return data;
  const lines = error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
  throw new ConfigError(`the environment is wrong:\n${lines.join('\n')}`);
}
