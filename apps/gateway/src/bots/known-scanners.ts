/**
 * What tools that look for holes write into `User-Agent` unless told otherwise, in lower case. Only names that no
 * browser, library or search engine has: each is refused on every route that does not say otherwise. After the
 * OWASP Core Rule Set's list (Apache-2.0).
 */
export const KNOWN_SCANNERS: readonly string[] = [
  '(hydra)',
  'acunetix',
  'arachni/',
  'commix/',
  'dirbuster',
  'dotdotpwn',
  'feroxbuster',
  'fuzz faster u fool',
  'gobuster/',
  'grendel-scan',
  'havij',
  'jaeles',
  'jorgee',
  'masscan',
  'mysqloit',
  'nessus',
  'netsparker',
  'nikto',
  'nmap scripting engine',
  'nuclei - open-source project',
  'openvas',
  'qualys was',
  'sqlmap',
  'sqlninja',
  'w3af.',
  'webinspect',
  'wfuzz/',
  'whatweb/',
  'wpscan',
  'xsser',
  'zgrab',
  'zmeu',
  // Not names but attacks, which are sent in this header first: Shellshock, Log4Shell.
  '() {',
  '${jndi:',
];
