"use strict";
/* Everything works without this: it adds the switch of light and dark, keys, files that are dropped, and live progress. */
(() => {
  const $ = (id) => document.getElementById(id);
  const root = document.documentElement;
  const home = root.dataset.root; // the path at which a proxy passes the pages on
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  if (!$("explorer")) { // else report.js does it
    const button = $("theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      try { localStorage.setItem("report-theme", root.dataset.theme); } catch { /* it holds for this page */ }
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  /* ---- keys: / to ask, j and k through the hits ---- */
  const typing = (node) => node.closest("input, textarea, select, [contenteditable]");
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key === "/") {
      event.preventDefault();
      if ($("q")) { $("q").focus(); $("q").select(); } else location.href = `${home}/`;
    } else if (event.key === "j" || event.key === "k") {
      const links = [...document.querySelectorAll(".hits h3 a, .headlines.wide .headline")];
      const at = links.indexOf(document.activeElement);
      const next = links[event.key === "j" ? at + 1 : Math.max(at - 1, 0)];
      if (next) { event.preventDefault(); next.focus(); }
    }
  });

  /* ---- a file that is dropped on the page is a draft ---- */
  const form = $("drop");
  if (form) {
    const file = form.querySelector("input[type=file]");
    const holds = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    addEventListener("dragover", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      form.closest("details").open = true;
      form.classList.add("over");
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) form.classList.remove("over"); });
    addEventListener("drop", (event) => {
      if (!holds(event)) return;
      event.preventDefault();
      form.classList.remove("over");
      file.files = event.dataTransfer.files;
      form.requestSubmit();
    });
  }

  /* ---- empty fields stay out of the address ---- */
  for (const asked of document.querySelectorAll("form[method=get]")) {
    asked.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) if (value === "") event.formData.delete(name);
    });
  }

  /* ---- what is folded is printed all the same ---- */
  let unfolded = [];
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details.folded:not([open])")];
    for (const each of unfolded) each.open = true;
  });
  addEventListener("afterprint", () => { for (const each of unfolded) each.open = false; });

  /* ---- a comparison that is at work ---- */
  if (document.querySelector("#compare .state.running")) {
    const look = async () => {
      try {
        const text = await (await fetch(location.href)).text();
        const found = new DOMParser().parseFromString(text, "text/html").getElementById("compare");
        if (found && !found.querySelector(".state.running")) { $("compare").replaceWith(found); return; }
      } catch { /* the next look may be answered */ }
      setTimeout(look, 2000);
    };
    setTimeout(look, 1000);
  }

  /* ---- the progress of a training ---- */
  const progress = $("progress");
  if (progress?.querySelector(".state.running")) {
    let shown = "";
    const look = async () => {
      try {
        const answer = await fetch(`${home}/versions/progress`);
        const text = await answer.text();
        if (text !== shown) { // what is the same is not read out again
          shown = text;
          progress.replaceChildren(...new DOMParser().parseFromString(text, "text/html").body.childNodes);
          const lines = progress.querySelector("pre");
          if (lines) lines.scrollTop = lines.scrollHeight;
        }
        if (answer.headers.get("x-training") !== "running") { location.reload(); return; }
      } catch { /* the next look may be answered */ }
      setTimeout(look, 1000);
    };
    setTimeout(look, 1000);
  }
})();
