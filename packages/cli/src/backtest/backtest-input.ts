import { GatehouseProblem, type IssuerApi } from '@gatehouse/client';
import type { BacktestInput, RecordedRequest } from '@gatehouse/contracts';
import { inParallel } from '../replay/in-parallel.js';

const CHUNK = 500;
const LOOKUPS = 8;

/** Counts what goes by, so that nothing is lost on the way unnoticed. */
export async function* counted<Item>(
  items: AsyncIterable<Item>,
  count: () => void,
): AsyncGenerator<Item, void> {
  for await (const item of items) {
    count();
    yield item;
  }
}

/** What the gateway's program reads: each request, and before the first of a token's what that token may do today. */
export async function* backtestInput(
  requests: AsyncIterable<RecordedRequest>,
  issuer: Pick<IssuerApi, 'get'>,
): AsyncGenerator<string, void> {
  const asked = new Set<string>();
  for await (const chunk of chunksOf(requests)) {
    const strangers = new Set(
      chunk.map(({ tokenId }) => tokenId).filter((id) => id !== '' && !asked.has(id)),
    );
    const known: BacktestInput[] = [];
    await inParallel(strangers, LOOKUPS, async (id) => {
      const token = await factsOf(id, issuer);
      if (token) known.push({ token });
    });
    for (const id of strangers) asked.add(id);
    for (const input of [...known, ...chunk.map((request): BacktestInput => ({ request }))])
      yield JSON.stringify(input);
  }
}

/** Those of access tokens and of outside issuers are not there. */
async function factsOf(id: string, issuer: Pick<IssuerApi, 'get'>) {
  try {
    const { tenant, scopes, ipAllow, ipDeny } = await issuer.get(id);
    return { id, tenant, scopes, ipAllow, ...(ipDeny.length > 0 && { ipDeny }) };
  } catch (error) {
    if (error instanceof GatehouseProblem && error.code === 'not-found') return undefined;
    throw error;
  }
}

async function* chunksOf(requests: AsyncIterable<RecordedRequest>): AsyncGenerator<RecordedRequest[], void> {
  let chunk: RecordedRequest[] = [];
  for await (const request of requests) {
    chunk.push(request);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
