import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type AnnouncedRange, asnTableOf, packTable } from './asn-table.js';
import { ASN_TABLE } from './autonomous-systems.js';

/** 44 MB of text, of which a gateway needs a tenth, and would read a second long at every start. */
const SOURCE = '@ip-location-db/asn';

/** Lines of `from,to,number,name`, addresses as decimal numbers. */
function* rangesOf(file: string, shift = 0n): Iterable<AnnouncedRange> {
  const path = createRequire(import.meta.url).resolve(`${SOURCE}/${file}`);
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    const [from = '', to = '', asn] = line.split(',', 3);
    if (asn !== undefined) yield { from: BigInt(from) >> shift, to: BigInt(to) >> shift, asn: Number(asn) };
  }
}

writeFileSync(
  ASN_TABLE,
  packTable(asnTableOf(rangesOf('asn-ipv4-num.csv'), rangesOf('asn-ipv6-num.csv', 64n))),
);
