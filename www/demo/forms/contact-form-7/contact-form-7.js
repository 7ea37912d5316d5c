// Does what Contact Form 7's script does: collects the form, posts it to WordPress's REST route, and shows
// the answer in the form.
(() => {
  'use strict';

  const setStatus = (form, status) => {
    const shown = { init: 'init', submitting: 'submitting', mail_sent: 'sent', validation_failed: 'invalid' };
    form.classList.remove(...Object.values(shown));
    form.classList.add(shown[status] || 'failed');
    form.dataset.status = shown[status] || 'failed';
  };

  async function submit(form) {
    setStatus(form, 'submitting');
    const response = form.querySelector('.wpcf7-response-output');
    const spoken = form.closest('.wpcf7').querySelector('.screen-reader-response [role="status"]');
    response.textContent = spoken.textContent = '';
    for (const tip of form.querySelectorAll('.wpcf7-not-valid-tip')) tip.remove();
    for (const control of form.querySelectorAll('.wpcf7-form-control')) {
      control.setAttribute('aria-invalid', 'false');
      control.classList.remove('wpcf7-not-valid');
    }
    const id = form.querySelector('[name="_wpcf7"]').value;
    const answer = await (await fetch(`/wp-json/contact-form-7/v1/contact-forms/${id}/feedback`, {
      method: 'POST',
      headers: { Accept: 'application/json, */*;q=0.1' },
      body: new FormData(form),
    })).json();
    setStatus(form, answer.status);
    for (const { field, message } of answer.invalid_fields) {
      const wrap = form.querySelector(`.wpcf7-form-control-wrap[data-name="${field}"]`);
      const control = wrap.querySelector('.wpcf7-form-control');
      control.classList.add('wpcf7-not-valid');
      control.setAttribute('aria-invalid', 'true');
      const tip = document.createElement('span');
      tip.className = 'wpcf7-not-valid-tip';
      tip.setAttribute('aria-hidden', 'true');
      tip.textContent = message;
      wrap.append(tip);
    }
    response.textContent = spoken.textContent = answer.message;
    const detail = { contactFormId: Number(id), status: answer.status, apiResponse: answer };
    form.dispatchEvent(new CustomEvent('wpcf7submit', { bubbles: true, detail }));
    if (answer.status === 'mail_sent') {
      form.dispatchEvent(new CustomEvent('wpcf7mailsent', { bubbles: true, detail }));
      form.reset();
    }
  }

  for (const form of document.querySelectorAll('.wpcf7 > form')) {
    form.closest('.wpcf7').classList.replace('no-js', 'js');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      submit(form).catch((error) => console.error(error));
    });
  }
})();
