// Does what Mautic's form script does: sends the form into a frame of its own, and hears from there by a message
// how it went.
(() => {
  'use strict';

  for (const form of document.querySelectorAll('form[data-mautic-form]')) {
    const name = form.dataset.mauticForm;
    const button = form.querySelector('.mauticform-button');
    const say = (kind, text) => {
      document.getElementById(`mauticform_${name}_${kind}`).textContent = text;
    };

    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.id = frame.name = `mauticiframe_${name}`;
    frame.title = 'Mautic';
    document.body.append(frame);
    form.target = frame.name;

    const messenger = document.createElement('input');
    messenger.type = 'hidden';
    messenger.name = 'mauticform[messenger]';
    messenger.id = `mauticform_${name}_messenger`;
    messenger.value = '1';
    form.append(messenger);

    function isValid(row) {
      const control = form.elements[`mauticform[${row.dataset.validate}]`];
      const value = control ? control.value : 'no such field';
      const [at, dot] = [value.indexOf('@'), value.lastIndexOf('.')];
      const wrong = row.dataset.validationType === 'email'
        ? at < 1 || dot < at + 2 || dot + 2 >= value.length
        : value === '';
      row.classList.toggle('mauticform-has-error', wrong);
      row.querySelector('.mauticform-errormsg').hidden = !wrong;
      return !wrong;
    }

    form.onsubmit = (event) => {
      event.preventDefault();
      say('message', '');
      say('error', '');
      const rows = [...form.querySelectorAll('[data-validate]')];
      if (rows.map(isValid).includes(false)) return;
      document.getElementById(`mauticform_${name}_return`).value = document.URL;
      button.disabled = true;
      // Without another submit event, as Mautic does it.
      HTMLFormElement.prototype.submit.call(form);
    };

    addEventListener('message', (event) => {
      if (event.origin !== location.origin || typeof event.data !== 'string') return;
      let answer;
      try {
        answer = JSON.parse(event.data);
      } catch {
        return;
      }
      if (!answer || answer.formName !== name) return;
      button.disabled = false;
      if (answer.success) {
        say('message', answer.successMessage);
        form.reset();
      } else {
        say('error', answer.errorMessage);
      }
    });
  }
})();
