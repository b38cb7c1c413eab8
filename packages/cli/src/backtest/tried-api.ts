import { PublishedApisApi } from '@gatehouse/client';
import { apiFields, ApiId, ApiTerms, type ApiView, type BacktestApi } from '@gatehouse/contracts';
import { readApiFile } from '../apis/api-file.js';
import type { System } from '../system/system.js';
import { UsageError } from '../usage-error.js';

/**
 * A published API beside what it would be.
 * @param named a file that would be published, or the id of what is: tried as it is, for rules on top of it.
 * @throws UsageError for a file that breaks a rule, or of an API that is not published.
 */
export async function triedApi(named: string, system: System): Promise<BacktestApi> {
  const apis = system.manage(PublishedApisApi);
  if (ApiId.safeParse(named).success) {
    const published = await apis.get(named);
    return besides(published, termsOf(published));
  }
  const { terms } = await readApiFile(named);
  for await (const published of apis.list({ name: terms.name })) return besides(published, terms);
  throw new UsageError(
    `no API called ${JSON.stringify(terms.name)} is published: there are no requests of it to judge`,
  );
}

const besides = (published: ApiView, tried: ApiTerms): BacktestApi => ({
  id: published.id,
  tenant: published.tenant,
  published: termsOf(published),
  tried,
});

const termsOf = (published: ApiView): ApiTerms =>
  ApiTerms.parse(Object.fromEntries(Object.entries(published).filter(([name]) => name in apiFields)));
