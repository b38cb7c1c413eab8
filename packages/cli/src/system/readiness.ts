import { isNativeError } from 'node:util/types';
import { request } from 'undici';
import { z } from 'zod';

const TIMEOUT_MS = 3_000;
const Report = z.object({ checks: z.record(z.string(), z.string()).optional() });

/** Whether one service says that it can do its work, and if not, why. */
export interface ServiceReadiness {
  ready: boolean;
  detail: string;
  latencyMs: number;
}

/** Asks a service's `/health/ready`; a service that does not answer is not ready. */
export async function readinessOf(baseUrl: string): Promise<ServiceReadiness> {
  const start = performance.now();
  const latency = () => Math.round(performance.now() - start);
  try {
    const { statusCode, body } = await request(new URL('/health/ready', baseUrl), {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const report = Report.safeParse(await body.json());
    const checks = Object.entries(report.data?.checks ?? {});
    return { ready: statusCode === 200, detail: failedChecks(checks), latencyMs: latency() };
  } catch (error) {
    const detail = isNativeError(error) ? error.message : 'no answer';
    return { ready: false, detail, latencyMs: latency() };
  }
}

function failedChecks(checks: readonly [name: string, outcome: string][]): string {
  return checks
    .filter(([, outcome]) => outcome !== 'ok')
    .map(([name, outcome]) => `${name}: ${outcome}`)
    .join('; ');
}
