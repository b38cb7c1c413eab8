/** How to reach one Gatehouse service. */
export interface ApiOptions {
  /** Base URL without userinfo, e.g. `https://issuer.example`. */
  url: string;
  /** A Gatehouse token; travels in the `Authorization` header only. */
  token?: string;
  /** Bound on one call, connection and body included; default 15 000. */
  timeoutMs?: number;
  /** Bound on the keep-alive connections held; default 16. */
  connections?: number;
}
