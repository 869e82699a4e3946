/**
 * Closes the ways out of a page that a policy inside the page cannot close: windows, WebRTC, and leaving for another address.
 * Nothing in the page uses them, and the policy lets no other script run; this is for the case that both fail. It is no sandbox:
 * a script that did run could take them from a frame.
 */

/** Connections that `connect-src` does not cover in any browser of today, and windows. */
const outlets = ["RTCPeerConnection", "webkitRTCPeerConnection", "mozRTCPeerConnection", "WebTransport", "open"];

/** Takes them away, before anything is pasted. */
export function closeOutlets(): void {
  for (const name of outlets) {
    if (name in globalThis) Object.defineProperty(globalThis, name, { value: undefined, writable: false });
  }
  // Not all browsers have it (https://html.spec.whatwg.org/#navigation-interface).
  const { navigation } = globalThis as { readonly navigation?: Navigation };
  navigation?.addEventListener("navigate", (event) => {
    const isWithin = new URL(event.destination.url).href.split("#")[0] === document.URL.split("#")[0];
    // What a person does stays possible: a link, a download, the reload button.
    const isByPerson = event.userInitiated || event.downloadRequest !== null || event.navigationType === "reload";
    if (event.cancelable && !isWithin && !isByPerson) event.preventDefault();
  });
}
