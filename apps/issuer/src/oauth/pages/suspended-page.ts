import { alertOf, pageOf } from './page.js';

/** What people of a suspended tenant see wherever they come in. Why is for their administrators to know. */
export const SUSPENDED_PAGE = pageOf(
  'Your organisation is suspended',
  `${alertOf('Nobody of it can sign in for the time being.')}
<p>Nothing of yours is lost. Your administrators know more.</p>`,
);
