import type { MigrationInterface, QueryRunner } from 'typeorm';
import { JUDGE_TOKENS } from './create-verify-tokens.migration.js';

/** A token is refused where it is denied, whatever its allow list says; and blocks may be written as mapped IPv6. */
export class JudgeDeniedAddresses1700000000361 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(LIES_IN);
    await runner.query(JUDGE_BY_BOTH_LISTS);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(JUDGE_TOKENS);
    await runner.query('drop function lies_in');
  }
}

/** IPv4 that was mapped into IPv6 (RFC 4291 §2.5.5.2) is IPv4, for blocks as for addresses. */
const LIES_IN = `
  create function lies_in(address inet, blocks text[]) returns boolean language sql immutable as $$
    select exists (
      select from (select b::inet from unnest(blocks) b) as one (block)
      where plain_address(address) <<= case when block <<= '::ffff:0.0.0.0/96'
        then set_masklen(plain_address(set_masklen(block, 128)), masklen(block) - 96) else block end
    )
  $$`;

/** In the gateway's order: first whether a token is good at all, then whether it is good for this. */
const JUDGE_BY_BOTH_LISTS = `
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
        when a.ask ? 'ip' and (
          (t.ip_deny <> '{}' and lies_in((a.ask->>'ip')::inet, t.ip_deny))
          or (t.ip_allow <> '{}' and not lies_in((a.ask->>'ip')::inet, t.ip_allow))
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
