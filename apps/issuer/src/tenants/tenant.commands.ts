import type { TenantPolicy } from '@gatehouse/contracts';

export interface CreateTenant {
  kind: 'create';
  tenantId: string;
  name: string;
  policy: TenantPolicy;
}

export interface UpdateTenant {
  kind: 'update';
  tenantId: string;
  name?: string | undefined;
  /** The rules to replace; the others stay. */
  policy?: Partial<TenantPolicy> | undefined;
}

export interface SuspendTenant {
  kind: 'suspend';
  tenantId: string;
  reason: string;
}

export interface ResumeTenant {
  kind: 'resume';
  tenantId: string;
  reason: string;
}

export type TenantCommand = CreateTenant | UpdateTenant | SuspendTenant | ResumeTenant;
