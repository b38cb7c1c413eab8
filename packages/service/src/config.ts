import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Thrown by {@link loadConfig}: the message names every wrong variable and what was expected, never its value. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`configuration is wrong:\n${problems.map((line) => `  ${line}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Variables every service understands. */
export const serviceFields = {
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: z.coerce.number('expected a port number, 0–65535').int().min(0).max(65535),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NATS_URL: z.url({ protocol: /^(nats|tls)$/, error: 'expected nats://[user:password@]host:port' }),
};

/**
 * Reads a service's configuration from the environment. Any variable NAME may be given as NAME_FILE instead, naming a
 * file whose trimmed content is the value (Docker and Kubernetes secrets).
 * @throws ConfigError naming each wrong variable.
 */
export function loadConfig<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: NodeJS.ProcessEnv,
): z.infer<z.ZodObject<Shape>> {
  const problems: string[] = [];
  const input: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = valueOf(name, environment, problems);
    if (value !== undefined && value !== '') input[name] = value;
  }
  const result = schema.safeParse(input);
  for (const issue of result.error?.issues ?? []) {
    const name = String(issue.path[0] ?? '');
    problems.push(
      `${issue.path.join('.')}: ${name in input ? issue.message : `is not set; ${issue.message}`}`,
    );
  }
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return result.data;
}

function valueOf(name: string, environment: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const path = environment[`${name}_FILE`];
  if (!path) return environment[name];
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    problems.push(`${name}_FILE: cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return environment[name];
  }
}
