import { describe, expect, it } from '@jest/globals';
import { agentFamilyOf } from './agent-family.js';

const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';

describe('the family of a browser', () => {
  it.each([
    [`${MAC} Version/18.0 Safari/605.1.15`, 'Safari on macOS'],
    [`${WINDOWS} Chrome/140.0.0.0 Safari/537.36`, 'Chrome on Windows'],
    [`${WINDOWS} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, 'Edge on Windows'],
    [`${PHONE} CriOS/140.0 Mobile/15E148 Safari/604.1`, 'Chrome on iOS'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Linux'],
    ['Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile', 'Chrome on Android'],
    ['curl/8.0', 'Another browser'],
    ['', 'Another browser'],
    [`${'<script>'.repeat(100)} Firefox/1`, 'Another browser'],
  ])('of %j is %s', (agent, family) => expect(agentFamilyOf(agent)).toBe(family));
});
