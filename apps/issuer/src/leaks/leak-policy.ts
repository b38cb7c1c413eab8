import { TenantId } from '@gatehouse/contracts';
import { z } from 'zod';
import type { LeakPolicyAction } from './report-leak.js';

const Action = z.enum(['suspend', 'revoke', 'report']);

/** What is done at once about a leaked token, by tenant. */
export class LeakPolicy {
  private constructor(
    private readonly usual: LeakPolicyAction,
    private readonly exceptions: ReadonlyMap<string, LeakPolicyAction>,
  ) {}

  /** Reads `suspend[,<tenant>=revoke…]`; `undefined` when it is anything else. */
  static parse(text: string): LeakPolicy | undefined {
    const [first, ...rest] = text.split(',').map((part) => part.trim());
    const usual = Action.safeParse(first);
    const exceptions = z.array(z.tuple([TenantId, Action])).safeParse(rest.map((part) => part.split('=')));
    return usual.success && exceptions.success
      ? new LeakPolicy(usual.data, new Map(exceptions.data))
      : undefined;
  }

  of(tenant: string): LeakPolicyAction {
    return this.exceptions.get(tenant) ?? this.usual;
  }
}
