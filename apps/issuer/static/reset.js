// The code of a one-time link stands behind the #, which no server and no log sees: it goes into the field, and out of the history.
const code = window.location.hash.slice(1);
if (code !== '') {
  document.querySelector('#code').value = code;
  window.history.replaceState(null, '', window.location.pathname);
  document.querySelector('#new-password').focus();
}
