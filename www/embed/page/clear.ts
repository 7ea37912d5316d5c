// Whether the way is clear: what opens by itself opens over nothing that asks for the visitor's attention.

/** What lies over the page by its own word. */
const OVERLAYS = ["dialog[open]", "[aria-modal=true]", ":popover-open", "prequal-chat[open]"];

/** Banners of well-known consent platforms, by what each draws. */
const BANNERS = [
  "#onetrust-banner-sdk", // OneTrust
  "#CybotCookiebotDialog", // Cookiebot
  "#usercentrics-root", // Usercentrics
  "#usercentrics-cmp-ui",
  "#didomi-popup", // Didomi
  "#didomi-notice",
  ".qc-cmp2-container", // Quantcast, InMobi
  "#truste-consent-track", // TrustArc
  ".truste_overlay",
  ".cky-consent-container", // CookieYes
  "#cookie-law-info-bar",
  ".cmplz-cookiebanner.cmplz-show", // Complianz
  ".osano-cm-window", // Osano
  ".klaro .cookie-notice", // Klaro
  ".klaro .cookie-modal",
  "#iubenda-cs-banner", // iubenda
  "#cc-main .cm", // CookieConsent by Orest Bida
  ".cc-window", // Cookie Consent by Osano, as many sites still have it
  "#BorlabsCookieBox", // Borlabs
  "#BorlabsDialog",
  "#hs-eu-cookie-confirmation", // HubSpot
  "#termly-code-snippet-support", // Termly
  "#cmpbox", // consentmanager
  "#axeptio_overlay", // Axeptio
  "[id^=sp_message_container]", // Sourcepoint
  "#shopify-pc__banner", // Shopify
  "#tarteaucitronAlertBig", // tarteaucitron
  "#cookie-notice", // Cookie Notice for WordPress
  "#moove_gdpr_cookie_info_bar", // GDPR Cookie Compliance for WordPress
  "#cookiescript_injected", // CookieScript
  "#ccc-notify", // Civic
];

/** Whether anything of it can be seen: some hosts have no size of their own. */
function isSeen(element: Element): boolean {
  const has = (one: Element) => {
    const { width, height } = one.getBoundingClientRect();
    return width > 0 && height > 0 && one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  };
  return has(element) || [...(element.shadowRoot ?? element).querySelectorAll("*")].slice(0, 200).some(has);
}

function shows(selector: string): boolean {
  try {
    return [...document.querySelectorAll(selector)].some(isSeen);
  } catch {
    // No selector, or none that this browser knows.
    return false;
  }
}

/** `avoid`: the author's own selectors. */
export function isClear(avoid: string | undefined): boolean {
  return ![...OVERLAYS, ...BANNERS, avoid ?? ""].some((selector) => selector && shows(selector));
}

/** Whether somebody is writing: neither the focus nor the view is taken then. */
export function isWriting(): boolean {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return (
    active instanceof HTMLElement &&
    (active.isContentEditable || active.matches("textarea,select,input:not([type=checkbox],[type=radio],[type=button],[type=submit],[type=reset])"))
  );
}
