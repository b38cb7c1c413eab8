import { type RequestsQuery, routePrefixOf } from '@gatehouse/contracts';
import type { BoundQuery } from '../usage/usage.sql.js';

/** Which single requests to read; `undefined` tenant: everybody's. */
export interface RequestSelection extends Pick<RequestsQuery, 'route' | 'api' | 'token'> {
  fromMs: number;
  toMs: number;
  onlyTenant: string | undefined;
}

/** Longest a page may take. */
const SETTINGS = 'SETTINGS max_execution_time = 10';
/** A record's time is when it had been answered. */
const ARRIVED = 'toUnixTimestamp64Milli(at) - toInt64(round(latency_ms))';

/** When the first of the `last` latest requests came. */
export function startQuery(selection: RequestSelection, last: number): BoundQuery {
  const { where, parameters } = conditionsOf(selection);
  return {
    query: `SELECT min(arrived) AS start, count() AS requests
      FROM (SELECT ${ARRIVED} AS arrived FROM requests WHERE ${where} ORDER BY arrived DESC LIMIT {last:UInt32})
      ${SETTINGS}`,
    parameters: { ...parameters, last },
  };
}

/** One page in the order the requests came, after a place. */
export function pageQuery(
  selection: RequestSelection,
  after: { arrivedMs: number; gateway: string; seq: string },
  limit: number,
): BoundQuery {
  const { where, parameters } = conditionsOf({
    ...selection,
    fromMs: Math.max(selection.fromMs, after.arrivedMs),
  });
  return {
    query: `SELECT ${ARRIVED} AS arrived, toUnixTimestamp64Milli(at) AS at_ms, gateway, seq, request_id, tenant, route, token,
        application, user, identity, plan, method, path, status, outcome, code, client_address, user_agent, latency_ms
      FROM requests
      WHERE ${where} AND (arrived, gateway, seq) > ({afterMs:Int64}, {afterGateway:String}, {afterSeq:UInt64})
      ORDER BY arrived, gateway, seq LIMIT {limit:UInt32} ${SETTINGS}`,
    parameters: {
      ...parameters,
      afterMs: after.arrivedMs,
      afterGateway: after.gateway,
      afterSeq: after.seq,
      limit,
    },
  };
}

function conditionsOf({ fromMs, toMs, route, api, token, onlyTenant }: RequestSelection) {
  const ofApi = api === undefined ? undefined : routePrefixOf(api);
  const values = { route, ofApi, token, onlyTenant };
  const conditions = [
    `at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC')`,
    `at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')`,
    ...(route === undefined ? [] : ['route = {route:String}']),
    ...(ofApi === undefined ? [] : ['startsWith(route, {ofApi:String})']),
    ...(token === undefined ? [] : ['token = {token:String}']),
    ...(onlyTenant === undefined ? [] : ['tenant = {onlyTenant:String}']),
  ];
  return { where: conditions.join(' AND '), parameters: { fromMs, toMs, ...values } };
}
