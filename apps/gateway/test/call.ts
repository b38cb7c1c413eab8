import type { Problem } from '@gatehouse/contracts';

/** What a test looks at of an answer. */
export interface Called {
  status: number;
  /** Empty where the gateway let the request through. */
  code: string;
  headers: Headers;
  body: string;
}

/** One request with a Bearer token. */
export async function call(url: string, token?: string, init: RequestInit = {}): Promise<Called> {
  const headers = new Headers(init.headers);
  if (token) headers.set('authorization', `Bearer ${token}`);
  const answer = await fetch(url, { ...init, headers });
  const body = await answer.text();
  const isProblem = answer.headers.get('content-type')?.startsWith('application/problem+json');
  const code = isProblem && body ? (JSON.parse(body) as Problem).code : '';
  return { status: answer.status, code, headers: answer.headers, body };
}
