import { readFile } from 'node:fs/promises';
import type { SinkSpec } from '@gatehouse/contracts';
import { SinksFile } from '@gatehouse/contracts';
import { ConfigError } from '@gatehouse/service';
import { namesPrivateAddress } from './outlets/public-addresses.js';
import { webhookKey } from './outlets/webhook-signature.js';

/** A sink, with its secrets at hand. */
export interface ConfiguredSink {
  spec: SinkSpec;
  /** Of a webhook; newest first. */
  keys: readonly Buffer[];
}

type WebhookSpec = Extract<SinkSpec, { kind: 'webhook' }>;
type SecretSource = WebhookSpec['secrets'][number];

/**
 * Reads the file that `AUDIT_SINKS_FILE` names, and the secrets it points to.
 * @param path absent: there are no sinks.
 * @param environment where secrets given as `env` are.
 * @throws ConfigError naming every wrong field; never a secret.
 */
export async function loadSinks(
  path: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<ConfiguredSink[]> {
  if (path === undefined) return [];
  const { sinks } = parse(path, await textOf(path, 'AUDIT_SINKS_FILE'));
  const problems: string[] = [];
  const configured: ConfiguredSink[] = [];
  for (const spec of sinks) {
    const keys = spec.kind === 'webhook' ? await keysOf(spec, environment, problems) : [];
    if (spec.kind === 'webhook') problems.push(...wrongUrl(spec));
    configured.push({ spec, keys });
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return configured;
}

function parse(path: string, text: string): SinksFile {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError([`AUDIT_SINKS_FILE: ${path} is not JSON`]);
  }
  const result = SinksFile.safeParse(json);
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map((issue) => `AUDIT_SINKS_FILE: ${issue.path.join('.')}: ${issue.message}`),
  );
}

async function keysOf(
  spec: WebhookSpec,
  environment: NodeJS.ProcessEnv,
  problems: string[],
): Promise<Buffer[]> {
  const keys: Buffer[] = [];
  for (const [i, source] of spec.secrets.entries()) {
    const key = webhookKey(await secretOf(source, environment));
    if (key) keys.push(key);
    else problems.push(`sink ${spec.name}: secrets.${i}: expected whsec_ and the base64 of 24 to 64 bytes`);
  }
  return keys;
}

async function secretOf(source: SecretSource, environment: NodeJS.ProcessEnv): Promise<string> {
  if ('env' in source) return environment[source.env] ?? '';
  return (await textOf(source.file, 'a sink’s secret')).trim();
}

function wrongUrl({ name, url, allowPrivateAddresses }: WebhookSpec): string[] {
  if (allowPrivateAddresses) return [];
  const { protocol } = new URL(url);
  if (protocol !== 'https:') return [`sink ${name}: url: expected https; http needs allowPrivateAddresses`];
  return namesPrivateAddress(new URL(url))
    ? [`sink ${name}: url: is a private address; allowPrivateAddresses allows it`]
    : [];
}

async function textOf(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`${what}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`]);
  }
}
