/** Tried in this order: what comes later also calls itself by names that come earlier in its own string. */
const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Chrome|CriOS|Chromium|HeadlessChrome)\//, 'Chrome'],
  [/\bVersion\/.*\bSafari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

const named = (among: typeof BROWSERS, text: string): string | undefined =>
  among.find(([pattern]) => pattern.test(text))?.[1];

/**
 * What a person would call it, and no more: the whole string tells browsers apart that are nobody's business.
 * @param userAgent RFC 9110 §10.1.5; whoever sends it may say what he likes.
 */
export function agentFamilyOf(userAgent: string): string {
  const text = userAgent.slice(0, 400);
  const browser = named(BROWSERS, text) ?? 'Another browser';
  const system = named(SYSTEMS, text);
  return system === undefined ? browser : `${browser} on ${system}`;
}
