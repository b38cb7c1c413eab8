import type { Es256Issuer } from '../tokens/es256-issuer.js';

/** gateway.yaml of a bench: scope, address list and limit on, so that every policy has work. */
export function routesYaml(scope: string, upstream: string, issuer?: Es256Issuer): string {
  const issuers = issuer
    ? `issuers:
  - issuer: ${issuer.issuer}
    audience: ${issuer.audience}
    jwksFile: jwks.json
    algorithms: [ES256]
`
    : '';
  return `${issuers}routes:
  - id: bench
    path: /bench/*
    upstream: ${upstream}
    scopes: { GET: ["${scope}"] }
    ipAllow: [127.0.0.0/8, 10.0.0.0/8, 192.168.0.0/16]
    limit: { requests: 1000000000, windowSeconds: 60 }
`;
}
