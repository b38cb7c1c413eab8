import { z } from 'zod';
import { ConfigError, loadConfig } from './config.js';

const TIME_MS = 5_000;
const SUFFIX = '_VAULT';

const isSafe = ({ protocol, hostname }: URL): boolean =>
  protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname);

/** How the Vault is reached; as everywhere, each may be given as NAME_FILE, which Vault's agent keeps up to date. */
const VaultAccess = z.object({
  VAULT_ADDR: z
    .url({ protocol: /^https?$/, error: 'expected https://host:port' })
    .refine((text) => isSafe(new URL(text)), 'expected https, or an agent on this machine'),
  VAULT_TOKEN: z.string('expected a token that may read the secrets').min(1),
  VAULT_NAMESPACE: z.string().optional(),
});
type VaultAccess = z.infer<typeof VaultAccess>;

/** A KV version 2 answer (`GET /v1/<mount>/data/<path>`), as far as it is read. */
const Kv2Answer = z.object({ data: z.object({ data: z.record(z.string(), z.unknown()) }) });

/** A place in a Vault: mount, path and field. */
interface Place {
  mount: string;
  path: string;
  field: string;
}

/**
 * Puts secrets of a Vault-compatible KV (version 2) into a copy of the environment: for any variable NAME,
 * `NAME_VAULT=<mount>/<path>#<field>` names where its value is. The Vault is at `VAULT_ADDR` and lets in `VAULT_TOKEN`, in
 * `VAULT_NAMESPACE` where one is named. Without any variable that ends in `_VAULT` nobody is asked.
 * @throws ConfigError naming each variable that could not be had; never a value.
 */
export async function withVaultSecrets(environment: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const wanted = Object.entries(environment).filter(([name, place]) => name.endsWith(SUFFIX) && place);
  if (wanted.length === 0) return environment;
  const vault = new Vault(loadConfig(VaultAccess, environment));
  const problems: string[] = [];
  const found: NodeJS.ProcessEnv = {};
  for (const [name, place] of wanted) {
    try {
      found[name.slice(0, -SUFFIX.length)] = await vault.read(placeOf(place ?? ''));
    } catch (error) {
      problems.push(`${name}: ${error instanceof Error ? error.message : 'cannot be read'}`);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { ...environment, ...found };
}

/** Reads each secret once, however many of its fields are asked for. */
class Vault {
  private readonly secrets = new Map<string, Promise<Record<string, unknown>>>();

  constructor(private readonly access: VaultAccess) {}

  async read({ mount, path, field }: Place): Promise<string> {
    const url = new URL(`/v1/${mount}/data/${path}`, this.access.VAULT_ADDR).href;
    const secret = this.secrets.get(url) ?? this.fetch(url);
    this.secrets.set(url, secret);
    const value = (await secret)[field];
    if (typeof value !== 'string' || value === '')
      throw new Error(`the secret has no text in its field ${field}`);
    return value;
  }

  private async fetch(url: string): Promise<Record<string, unknown>> {
    const { VAULT_TOKEN, VAULT_NAMESPACE } = this.access;
    const answer = await fetch(url, {
      redirect: 'error', // the token is for this address alone
      signal: AbortSignal.timeout(TIME_MS),
      headers: {
        'x-vault-token': VAULT_TOKEN,
        'x-vault-request': 'true',
        ...(VAULT_NAMESPACE ? { 'x-vault-namespace': VAULT_NAMESPACE } : {}),
      },
    }).catch(() => {
      throw new Error('the Vault cannot be reached');
    });
    if (answer.status === 404) throw new Error('there is no such secret, or its latest version was deleted');
    if (!answer.ok) throw new Error(`the Vault answers with status ${answer.status}`);
    const parsed = Kv2Answer.safeParse(jsonOf(await answer.text()));
    if (!parsed.success) throw new Error('the answer is not that of a KV version 2 mount');
    return parsed.data.data.data;
  }
}

const PLACE = /^(?<mount>[\w.-]+)\/(?<path>[\w.-]+(?:\/[\w.-]+)*)#(?<field>[\w.-]+)$/;

function placeOf(text: string): Place {
  const { mount, path, field } = PLACE.exec(text)?.groups ?? {};
  if (!mount || !path || !field || path.split('/').some((part) => /^\.+$/.test(part)))
    throw new Error('expected <mount>/<path>#<field>');
  return { mount, path, field };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
