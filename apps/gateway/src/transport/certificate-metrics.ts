import { Gauge } from '@gatehouse/service';
import type { CertificateKeeper } from './certificate-keeper.js';

let keepers: readonly CertificateKeeper[] = [];

/** When each certificate that clients are shown expires. */
export const certificateExpiry = new Gauge({
  name: 'gatehouse_gateway_certificate_expires_at_seconds',
  help: 'When a certificate that clients are shown expires, Unix time',
  labelNames: ['file'],
  aggregator: 'min',
  collect() {
    this.reset();
    for (const { current } of keepers)
      for (const { file, expiresAt } of current.all) this.set({ file }, expiresAt.getTime() / 1000);
  },
});

/** Listeners whose latest certificate files could not be used. */
export const certificatesRefused = new Gauge({
  name: 'gatehouse_gateway_certificates_refused',
  help: 'Listeners whose latest certificate files could not be used; they go on with the ones before',
  aggregator: 'max',
  collect() {
    this.set(keepers.filter(({ rejected }) => rejected !== undefined).length);
  },
});

/** Tells the metrics of this process where to read: one gateway a process. */
export function observeCertificates(of: readonly CertificateKeeper[]): void {
  keepers = of;
}
