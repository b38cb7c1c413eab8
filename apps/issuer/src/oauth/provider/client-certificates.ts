import { X509Certificate } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isAddressAllowed } from '@gatehouse/http';
import type { IssuerConfig } from '../../issuer.config.js';

type Settings = Pick<IssuerConfig, 'CLIENT_CERTIFICATE_HEADER' | 'CLIENT_CA' | 'TRUSTED_PROXIES'>;

/** As much of a request as is asked about here. */
export interface CertifiedRequest {
  headers: IncomingHttpHeaders;
  socket: { remoteAddress?: string | undefined };
}

/** What oidc-provider calls the names a certificate may be known by (RFC 8705 §2.1.2). */
export type CertificateName = `tls_client_auth_${'subject_dn' | `san_${'dns' | 'uri' | 'ip' | 'email'}`}`;

const SAN_LABELS: Record<Exclude<CertificateName, 'tls_client_auth_subject_dn'>, string> = {
  tls_client_auth_san_dns: 'DNS:',
  tls_client_auth_san_uri: 'URI:',
  tls_client_auth_san_ip: 'IP Address:',
  tls_client_auth_san_email: 'email:',
};

/** Client certificates (RFC 8705) as the proxy that ends TLS tells of them: believed from configured addresses alone. */
export class ClientCertificates {
  constructor(private readonly settings: Settings) {}

  /** Whether anybody can show a certificate at all. */
  get areSeen(): boolean {
    return this.settings.CLIENT_CERTIFICATE_HEADER !== undefined && this.settings.TRUSTED_PROXIES.length > 0;
  }

  /** Whether there is an authority whose certificates are believed. */
  get areVouchedFor(): boolean {
    return this.areSeen && this.settings.CLIENT_CA.length > 0;
  }

  /** The certificate of the client at the other end, while it is valid. */
  of({ headers, socket }: CertifiedRequest): X509Certificate | undefined {
    if (!this.areSeen || !isAddressAllowed(socket.remoteAddress ?? '', this.settings.TRUSTED_PROXIES))
      return undefined;
    const header = headers[this.settings.CLIENT_CERTIFICATE_HEADER ?? ''];
    const certificate = typeof header === 'string' ? certificateIn(header) : undefined;
    return certificate && isValidNow(certificate) ? certificate : undefined;
  }

  /** Whether an authority of ours signed it. Proxies may pass on certificates that nobody vouches for. */
  isVouchedFor(request: CertifiedRequest): boolean {
    const certificate = this.of(request);
    return (
      certificate !== undefined &&
      this.settings.CLIENT_CA.some(
        (ca) => isValidNow(ca) && certificate.checkIssued(ca) && certificate.verify(ca.publicKey),
      )
    );
  }

  bears(request: CertifiedRequest, name: CertificateName, value: string): boolean {
    const certificate = this.of(request);
    if (!certificate) return false;
    if (name === 'tls_client_auth_subject_dn') return subjectOf(certificate) === value;
    // What could be read as two names is quoted by Node, so an exact match is one.
    return (certificate.subjectAltName ?? '').split(', ').includes(`${SAN_LABELS[name]}${value}`);
  }
}

/** RFC 4514 §2.1: the most specific part comes first. */
const subjectOf = ({ subject }: X509Certificate): string => subject.split('\n').toReversed().join(',');

const isValidNow = ({ validFrom, validTo }: X509Certificate): boolean =>
  Date.parse(validFrom) <= Date.now() && Date.now() < Date.parse(validTo);

/** RFC 9440 §2.1 (`:base64:`), or URL-encoded PEM as nginx writes it. */
function certificateIn(header: string): X509Certificate | undefined {
  try {
    const item = /^:([A-Za-z0-9+/=]+):$/.exec(header)?.[1];
    return new X509Certificate(item ? Buffer.from(item, 'base64') : decodeURIComponent(header));
  } catch {
    return undefined;
  }
}
