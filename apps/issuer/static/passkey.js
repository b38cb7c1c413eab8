// Lets a form be answered by a passkey: what the device says goes into the field "credential", and the form is sent.
for (const form of document.querySelectorAll('form[data-passkey]'))
  form.addEventListener('submit', (submission) => {
    submission.preventDefault();
    void answer(form);
  });

async function answer(form) {
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    form.elements.credential.value = JSON.stringify(await ask(form.dataset.passkey, form.dataset.options));
    form.submit();
  } catch {
    // The person thought better of it, or the device has none: the other ways are still there.
    button.disabled = false;
    button.focus();
  }
}

async function ask(ceremony, options) {
  const { PublicKeyCredential, navigator } = window;
  const publicKey = JSON.parse(options);
  const credential =
    ceremony === 'create'
      ? await navigator.credentials.create({
          publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey),
        })
      : await navigator.credentials.get({
          publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
        });
  return credential.toJSON();
}
