import { IpRange } from '@gatehouse/contracts';
import { z } from 'zod';
import { BoundsSpec } from './bounds.js';

/** Relative to gateway.yaml. */
const Path = z.string().min(1).max(1_024);
const Port = z.int().min(0).max(65_535);

const TlsSpec = z
  .strictObject({
    /** Which one a client gets, its names decide; a name that none has gets the first. */
    certificates: z
      .array(z.strictObject({ certificate: Path, key: Path }))
      .min(1)
      .max(1_000),
    minVersion: z.enum(['TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
    http2: z.boolean().default(true),
    clientCertificates: z.enum(['none', 'optional', 'required']).default('none'),
    /** The authorities whose client certificates are believed. */
    clientCa: Path.optional(),
    /** RFC 6797. */
    hsts: z
      .strictObject({
        maxAgeSeconds: z
          .int()
          .min(0)
          .max(10 * 365 * 86_400)
          .default(365 * 86_400),
        includeSubDomains: z.boolean().default(false),
        preload: z.boolean().default(false),
      })
      .optional(),
  })
  .refine(({ clientCertificates, clientCa }) => clientCertificates === 'none' || clientCa !== undefined, {
    path: ['clientCa'],
    message: 'is needed to check client certificates',
  });
export type TlsSpec = z.infer<typeof TlsSpec>;

const AcmeSpec = z.union([
  z.strictObject({ folder: Path }),
  z.strictObject({ upstream: z.url({ protocol: /^https?$/, error: 'an http or https URL' }) }),
]);
export type AcmeSpec = z.infer<typeof AcmeSpec>;

/** A port that clients talk to. */
export const ListenerSpec = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, '1–63 characters of a–z, 0–9 and -'),
    port: Port,
    /** Absent: HOST of the gateway's environment. */
    host: z.string().min(1).max(255).optional(),
    tls: TlsSpec.optional(),
    /** Every request is sent to https on this port instead. */
    redirectToHttps: z.strictObject({ port: Port.default(443) }).optional(),
    /** Who answers the challenges of a certificate authority (RFC 8555 §8.3). */
    acmeChallenge: AcmeSpec.optional(),
    /** Only connections from these addresses are taken, and each must begin with a PROXY header. */
    proxyProtocol: z.strictObject({ trusted: z.array(IpRange).min(1).max(1_000) }).optional(),
    bounds: BoundsSpec.prefault({}),
  })
  .refine(({ tls, redirectToHttps }) => !tls || !redirectToHttps, {
    path: ['redirectToHttps'],
    message: 'is for listeners without tls',
  });
export type ListenerSpec = z.infer<typeof ListenerSpec>;

/** What listens when gateway.yaml says nothing of it: PORT, in the clear, as behind a proxy that ends TLS. */
export const plainListener = (port: number): ListenerSpec => ListenerSpec.parse({ name: 'default', port });
