import { z } from 'zod';

const File = z.string().min(1).max(4096);

/** How an https upstream is verified, and what it is shown. There is no way to leave it unverified: name its CA instead. */
export const UpstreamTlsSpec = z
  .strictObject({
    ca: File.optional().describe('PEM file of the authorities believed instead of the system’s.'),
    certificate: File.optional().describe(
      'PEM file with the certificate (and chain) that the gateway shows.',
    ),
    key: File.optional().describe('PEM file with its private key.'),
    serverName: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/, 'a host name')
      .optional()
      .describe('Asked for (SNI) and verified instead of the host in the URL.'),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    'certificate and key belong together',
  );
export type UpstreamTlsSpec = z.infer<typeof UpstreamTlsSpec>;
