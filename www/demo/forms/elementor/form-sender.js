// Does what Elementor Pro's form script does: collects the form, posts it to admin-ajax.php, and says below the
// form how it went.
(() => {
  'use strict';

  for (const form of document.querySelectorAll('.elementor-form')) {
    const button = form.querySelector('[type="submit"]');

    function say(kind, text) {
      const message = document.createElement('div');
      message.className = `elementor-message elementor-message-${kind}`;
      message.setAttribute('role', 'alert');
      message.textContent = text;
      form.append(message);
    }

    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (form.classList.contains('elementor-form-waiting')) return;
      form.classList.add('elementor-form-waiting');
      for (const old of form.querySelectorAll('.elementor-message')) old.remove();
      button.disabled = true;
      const data = new FormData(form);
      data.append('action', 'elementor_pro_forms_send_form');
      data.append('referrer', location.toString());
      try {
        const answer = await (await fetch('/wp-admin/admin-ajax.php', { method: 'POST', body: data })).json();
        say(answer.success ? 'success' : 'danger', answer.data.message);
        if (answer.success) form.reset();
      } catch (error) {
        say('danger', String(error));
      }
      button.disabled = false;
      form.classList.remove('elementor-form-waiting');
    });
  }
})();
