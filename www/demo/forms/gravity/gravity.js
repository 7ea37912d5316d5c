// Does what Gravity Forms' script does with its buttons: each names the page to come and sends the form. The
// last is an ordinary submit button; the others send without a submit event, as jQuery's trigger does.
(() => {
  'use strict';

  for (const form of document.querySelectorAll('.gform_wrapper form')) {
    const id = form.dataset.formid;
    const target = document.getElementById(`gform_target_page_number_${id}`);
    const source = document.getElementById(`gform_source_page_number_${id}`);
    form.addEventListener('click', ({ target: button }) => {
      const kind = button.dataset.submissionType;
      const step = { next: 1, previous: -1 }[kind];
      if (!step) return;
      target.value = Number(source.value) + step;
      HTMLFormElement.prototype.submit.call(form);
    });
  }
})();
