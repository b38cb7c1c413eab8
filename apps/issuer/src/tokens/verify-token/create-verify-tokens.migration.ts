import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Decides on many tokens, and spends what they cost, in one round trip and one commit. */
export class CreateVerifyTokens1700000000241 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PLAIN_ADDRESS);
    await runner.query(JUDGE_TOKENS);
    await runner.query(VERIFY_TOKENS);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['verify_tokens', 'judge_tokens', 'plain_address'])
      await runner.query(`drop function ${name}`);
  }
}

/** IPv4 that was mapped into IPv6 (RFC 4291 §2.5.5.2) is IPv4. */
const PLAIN_ADDRESS = `
  create function plain_address(address inet) returns inet language sql immutable as $$
    select case when address <<= '::ffff:0.0.0.0/96'
      then '0.0.0.0'::inet + (address - '::ffff:0.0.0.0'::inet) else address end
  $$`;

/** In the gateway's order: first whether a token is good at all, then whether it is good for this. */
export const JUDGE_TOKENS = `
  create or replace function judge_tokens(asks jsonb) returns jsonb language sql stable as $$
    select jsonb_agg(jsonb_build_object(
      'tokenId', t.id, 'secretId', s.id, 'scopes', t.scopes, 'expiresAt', least(t.expires_at, s.retires_at),
      'identity', case when i.id is not null then jsonb_build_object('id', i.id, 'externalId', i.external_id) end,
      'cost', a.ask->'cost',
      'code', case
        when t.id is null then 'token-unknown'
        when t.revoked_at is not null then 'token-revoked'
        when s.retired_at is not null or s.retires_at <= now() then 'secret-retired'
        when coalesce(t.suspended_reason, o.suspended_reason) is not null then 'token-suspended'
        when t.expires_at <= now() then 'token-expired'
        when t.ip_allow <> '{}' and a.ask ? 'ip' and not exists (
          select from unnest(t.ip_allow) block where plain_address((a.ask->>'ip')::inet) <<= block::inet
        ) then 'ip-not-allowed'
        when not t.scopes @> array(select jsonb_array_elements_text(a.ask->'scopes')) then 'scope-insufficient'
        else 'valid'
      end
    ) order by a.n)
    from jsonb_array_elements(asks) with ordinality a (ask, n)
    left join token_secret s on s.hash = any(array(select jsonb_array_elements_text(a.ask->'hashes')))
    left join token_summary t on t.id = s.token_id and t.tenant = a.ask->>'tenant'
    left join tenant o on o.id = t.tenant
    left join identity i on i.id = t.identity_id and i.tenant = t.tenant
  $$`;

/**
 * Rows are locked all at once and in one order, so that two groups never wait for each other in a circle. What is asked of
 * one token at one cost is one purchase, however many ask.
 */
const VERIFY_TOKENS = `
  create function verify_tokens(asks jsonb) returns jsonb language plpgsql as $$
  declare
    verdicts jsonb := judge_tokens(asks);
    purchases jsonb := '[]';
    purchase record;
  begin
    perform from credit_account c
      where c.holder in (
        select holder from jsonb_array_elements(verdicts) v, unnest(array[v->>'tokenId', v->'identity'->>'id']) holder
        where v->>'code' = 'valid'
      )
      order by c.holder, c.name for update;
    if found then
      for purchase in
        select array[v->>'tokenId', v->'identity'->>'id'] as holders, (v->>'cost')::bigint as price, array_agg(n - 1 order by n) as asked_by
        from jsonb_array_elements(verdicts) with ordinality a (v, n)
        where v->>'code' = 'valid' group by 1, 2 order by min(n)
      loop
        select purchases || jsonb_build_object(
            'askedBy', purchase.asked_by, 'price', purchase.price, 'granted', s.granted, 'accounts', s.accounts)
          into purchases
          from spend_credits(purchase.holders, purchase.price, cardinality(purchase.asked_by)) s;
      end loop;
    end if;
    return jsonb_build_object('verdicts', verdicts, 'purchases', purchases);
  end $$`;
