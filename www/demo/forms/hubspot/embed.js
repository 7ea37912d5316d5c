// Does what HubSpot's embed does once its form stands in the page: checks it, posts it without leaving, tells
// the page by messages, and puts its thanks in the form's place.
(() => {
  'use strict';

  const form = document.querySelector('.hs-form');
  if (!form) return;
  const id = form.dataset.formId;
  const tell = (eventName, data) => postMessage({ type: 'hsFormCallback', eventName, id, data }, location.origin);

  function complain(control) {
    const field = control.closest('.hs-form-field');
    for (const old of field.querySelectorAll('.hs-error-msgs')) old.remove();
    const wrong = !control.checkValidity();
    control.classList.toggle('invalid', wrong);
    control.classList.toggle('error', wrong);
    if (wrong) {
      const list = document.createElement('ul');
      list.className = 'no-list hs-error-msgs inputs-list';
      list.setAttribute('role', 'alert');
      const label = document.createElement('label');
      label.className = 'hs-error-msg hs-main-font-element';
      label.textContent = control.validity.valueMissing
        ? 'Please complete this required field.'
        : 'Email must be formatted correctly.';
      list.appendChild(document.createElement('li')).append(label);
      field.append(list);
    }
    return wrong;
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const wrong = [...form.querySelectorAll('.hs-input')].filter(complain);
    if (wrong.length) {
      wrong[0].focus();
      return;
    }
    tell('onFormSubmit', [...new FormData(form)].map(([name, value]) => ({ name, value })));
    const answer = await fetch(form.action, { method: 'POST', body: new FormData(form) });
    const { inlineMessage, redirectUri } = await answer.json();
    tell('onFormSubmitted', {});
    if (redirectUri) {
      location.assign(redirectUri);
      return;
    }
    const thanks = document.createElement('div');
    thanks.className = `submitted-message hs-main-font-element hs-form-${id}`;
    thanks.setAttribute('role', 'status');
    thanks.textContent = inlineMessage;
    form.replaceWith(thanks);
  });

  tell('onFormReady', {});
})();
