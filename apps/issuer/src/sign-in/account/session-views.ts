import type { SessionView } from '@gatehouse/contracts';
import { escapeHtml } from '../../oauth/pages/page.js';

/** What a person sees of her sessions. @param here the one she is looking with. */
export function sessionSection(
  path: string,
  sessions: readonly SessionView[],
  here: string | undefined,
): string {
  return `<h2>Where you are signed in</h2>
<ul class="things">${sessions.map((session) => sessionItem(path, session, session.id === here)).join('')}</ul>
<form method="post" action="${path}/sign-out-elsewhere"><button type="submit" class="quiet">Sign out everywhere else</button></form>
<p><a href="/oauth/logout">Sign out here</a></p>`;
}

function sessionItem(path: string, session: SessionView, isHere: boolean): string {
  const { id, agent, address, lastSeenAt, applications } = session;
  const apps = applications.map(({ name }) => name).join(', ');
  const lines = [address, `last used ${minuteOf(lastSeenAt)}`, apps]
    .filter((line) => line !== '')
    .map((line) => `<br><small>${escapeHtml(line)}</small>`);
  const end = isHere
    ? '<small>this browser</small>'
    : `<form method="post" action="${path}/sessions/${id}/end"><button type="submit" class="quiet" aria-label="Sign out ${escapeHtml(agent)}, last used ${minuteOf(lastSeenAt)}">Sign out</button></form>`;
  return `<li><span>${escapeHtml(agent)}${lines.join('')}</span>${end}</li>`;
}

const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
