import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issuingOf } from './issuing.js';
import { type Stage, setStage } from './stage.js';

describe('access tokens that are issued at the same time', () => {
  let stage: Stage;
  let issuing: Awaited<ReturnType<typeof issuingOf>>;

  beforeAll(async () => {
    stage = await setStage();
    issuing = await issuingOf(stage);
  });
  afterAll(() => stage.stop());

  const recorded = async () => {
    const events = await stage.events('access-token.issued.v1');
    const rows = await stage.dataSource.query<{ id: string }[]>('select id from access_token order by id');
    return { events: events.map(({ stream_id }) => stream_id), rows: rows.map(({ id }) => id) };
  };

  it('are each refused for their own reason, and the others have their event and their row', async () => {
    const { token, issue } = issuing;
    const [first, last] = [token(), token()];
    const workload = { trustedIssuerId: 'iss_gone', subject: 'x' };
    const outcomes = await issue([
      { data: first },
      { data: token({ applicationId: 'app_gone' }) },
      { data: token(), tenant: 'another' },
      { data: token({ keyId: 'gone' }) },
      { data: token(), link: 'a grant that has ended' },
      { data: token({ subjectTokenId: 'tok_gone' }) },
      { data: token({ userId: 'usr_gone' }) },
      { data: token({ workload }), link: 'iss_gone' },
      { data: token({ serviceAccountId: 'sac_gone' }) },
      { data: last },
    ]);
    expect(outcomes).toEqual([
      'issued',
      'application-disabled',
      'application-disabled',
      'key-ended',
      'grant-ended',
      'subject-ended',
      'user-ended',
      'trust-ended',
      'account-ended',
      'issued',
    ]);
    const ids = [first.tokenId, last.tokenId];
    expect(await recorded()).toEqual({ events: ids, rows: ids });
  });

  it('are all or none in the database when one of them fails', async () => {
    const { token, issue } = issuing;
    const before = await recorded();
    const twice = token();
    await expect(issue([{ data: token() }, { data: twice }, { data: twice }])).rejects.toThrow('duplicate');
    expect(await recorded()).toEqual(before);
  });
});
