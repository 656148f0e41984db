/* From the disk a browser starts no worker; the search of the theme then asks this one, which runs its script in a frame.
   The plugin `offline` would fetch another of this name from a CDN. */
if (location.protocol === "file:") {
  window.IFrameWorker = window.Worker = class extends EventTarget {
    constructor(url) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      this.inner = frame.contentWindow;
      this.ready = new Promise((started) => {
        window.addEventListener("message", (event) => {
          if (event.source !== this.inner) return;
          if (event.data === "started") started();
          else this.dispatchEvent(new MessageEvent("message", { data: event.data }));
        });
      });
      const inside = this.inner.document;
      inside.open();
      inside.write(`<script>
        postMessage = (data) => parent.postMessage(data, "*");
        importScripts = (...urls) => urls.reduce((before, url) => before.then(() => new Promise((loaded, failed) => {
          const script = document.createElement("script");
          script.src = url; script.onload = loaded; script.onerror = failed;
          document.head.append(script);
        })), Promise.resolve());
      <\/script><script src="${new URL(url, document.baseURI)}" onload="postMessage('started')"><\/script>`);
      inside.close();
    }
    postMessage(data) {
      this.ready.then(() => this.inner.dispatchEvent(new MessageEvent("message", { data })));
    }
    set onmessage(heard) {
      this.addEventListener("message", heard);
    }
  };
}
