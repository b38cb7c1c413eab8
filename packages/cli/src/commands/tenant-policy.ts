import { type CreateTenantBody, UpdateTenantBody } from '@gatehouse/contracts';
import { readTextFile } from '../read-text-file.js';
import { UsageError } from '../usage-error.js';

/** The rules that a JSON file names. @throws UsageError when it cannot be read, or holds anything else. */
export async function policyOf(file: string | undefined): Promise<CreateTenantBody['policy']> {
  if (file === undefined) return undefined;
  const parsed = UpdateTenantBody.safeParse({ policy: jsonOf(file, await readTextFile(file)) });
  if (parsed.success) return parsed.data.policy;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${file}: ${issue?.path.slice(1).join('.')}: ${issue?.message}`);
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not JSON`, { cause: error });
  }
}
