// In the frame that Mautic's form was sent into: tells the page how it went.
parent.postMessage(document.currentScript.dataset.response, location.origin);
