import { LeakPolicyAction, type LeakResponse, TenantId } from '@gatehouse/contracts';
import { z } from 'zod';

/** What the operator wants done at once about a leaked token, by tenant, where the tenant itself says nothing. */
export class LeakPolicy {
  private constructor(
    private readonly usual: LeakPolicyAction,
    private readonly exceptions: ReadonlyMap<string, LeakPolicyAction>,
  ) {}

  /** Reads `suspend[,<tenant>=revoke…]`; `undefined` when it is anything else. */
  static parse(text: string): LeakPolicy | undefined {
    const [first, ...rest] = text.split(',').map((part) => part.trim());
    const usual = LeakPolicyAction.safeParse(first);
    const exceptions = z
      .array(z.tuple([TenantId, LeakPolicyAction]))
      .safeParse(rest.map((part) => part.split('=')));
    return usual.success && exceptions.success
      ? new LeakPolicy(usual.data, new Map(exceptions.data))
      : undefined;
  }

  /** @param response what the tenant says: of this source, else of any. */
  of(tenant: string, source: string, response: LeakResponse = {}): LeakPolicyAction {
    const bySource = new Map(Object.entries(response.bySource ?? {}));
    return bySource.get(source) ?? response.usual ?? this.exceptions.get(tenant) ?? this.usual;
  }
}
