"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const words = data.words;
  const $ = (id) => document.getElementById(id);
  const say = (key, values = {}) =>
    words[key].replace(/\{(\w+)\}/g, (_, name) => (typeof values[name] === "number" ? values[name].toLocaleString(data.lang) : values[name]));
  const make = (tag, props = {}, ...inside) => {
    const node = Object.assign(document.createElement(tag), props);
    node.append(...inside);
    return node;
  };

  /* ---- light and dark ---- */
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const button = $("theme");
  const remembered = () => { try { return localStorage.getItem("report-theme"); } catch { return null; } };
  const remember = (value) => { try { localStorage.setItem("report-theme", value); } catch { /* a file may not store */ } };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  let redraw = () => {};
  const showTheme = () => { button.setAttribute("aria-pressed", String(isDark())); redraw(); };
  if (remembered()) root.dataset.theme = remembered();
  button.hidden = false;
  button.addEventListener("click", () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    remember(root.dataset.theme);
    showTheme();
  });
  system.addEventListener("change", showTheme);

  /* ---- the contents follow the reader ---- */
  const entries = new Map([...document.querySelectorAll(".bar a")].map((a) => [a.hash.slice(1), a]));
  const watch = new IntersectionObserver((seen) => {
    for (const { target, isIntersecting } of seen) {
      if (!isIntersecting) continue;
      for (const a of entries.values()) a.removeAttribute("aria-current");
      entries.get(target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  for (const id of entries.keys()) watch.observe($(id));

  /* ---- what is folded is printed all the same ---- */
  let unfolded = [];
  let themeBefore;
  addEventListener("beforeprint", () => {
    unfolded = [...document.querySelectorAll("details:not([open]):not(.screen)")].filter((d) => d.closest(".stories") === null);
    for (const d of unfolded) d.open = true;
    themeBefore = root.dataset.theme;
    root.dataset.theme = "light";
    redraw();
  });
  addEventListener("afterprint", () => {
    for (const d of unfolded) d.open = false;
    if (themeBefore) root.dataset.theme = themeBefore; else delete root.dataset.theme;
    redraw();
  });

  showTheme();
  if (!$("explorer")) return;
  $("explorer").hidden = false;

  /* ---- the articles ---- */
  const count = data.title.length;
  const PAGE = 40;
  const folded = data.title.map((title) => title.normalize("NFC").toLowerCase());
  const deskSets = data.desks.map((rows) => new Set(rows));
  const colourOf = (topic) => (topic >= 0 ? `c${data.colours[topic]}` : "cx");
  const dayText = (day) => {
    if (day === null) return words.unknown_date;
    return new Date(day * 864e5).toLocaleDateString(data.lang, { timeZone: "UTC", year: "numeric", month: "long", day: "numeric" });
  };
  const topicText = (i) => (data.topic[i] < 0 ? words.no_topic : data.topics[data.topic[i]]);
  const outletText = (i) => (data.outlet[i] < 0 ? words.unknown_outlet : data.outlets[data.outlet[i]]);
  const aboutText = (i) => `${outletText(i)} · ${dayText(data.day[i])}`;

  let shown = Uint8Array.from({ length: count }, () => 1);
  let matches = [];
  let listed = PAGE;
  let chosen = -1;

  /* ---- filters ---- */
  const form = $("filters");
  const dayOf = (id) => { const value = $(id)?.value; return value ? Math.floor(Date.parse(value) / 864e5) : null; };
  const choice = (id) => { const value = $(id)?.value ?? ""; return value === "" ? null : Number(value); };
  function sift() {
    const wanted = $("search").value.normalize("NFC").toLowerCase().split(/\s+/).filter(Boolean);
    const [topic, desk, outlet] = ["topic", "desk", "outlet"].map(choice);
    const [since, until] = ["since", "until"].map(dayOf);
    matches = [];
    for (let i = 0; i < count; i++) {
      const day = data.day[i];
      const ok = (topic === null || data.topic[i] === topic)
        && (desk === null || deskSets[desk].has(i))
        && (outlet === null || data.outlet[i] === outlet)
        && (since === null || (day !== null && day >= since))
        && (until === null || (day !== null && day <= until))
        && wanted.every((word) => folded[i].includes(word));
      shown[i] = ok ? 1 : 0;
      if (ok) matches.push(i);
    }
    listed = PAGE;
    list();
    keepInSight();
    redraw();
  }
  let waiting = 0;
  form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(sift, 80); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(sift, 0));
  for (const link of document.querySelectorAll("[data-card]")) {
    link.addEventListener("click", () => {
      form.reset();
      const name = link.dataset.card;
      const field = name.startsWith("d") ? $("desk") : $("topic");
      if (field) field.value = name.replace("d", "");
      sift();
    });
  }

  /* ---- the list ---- */
  function entry(i, extra) {
    const dot = make("span", { className: `dot ${colourOf(data.topic[i])}` });
    dot.setAttribute("aria-hidden", "true");
    const node = make("button", { type: "button" }, dot, make("strong", {}, data.title[i]), make("span", { className: "source" }, extra ?? `${aboutText(i)} · ${topicText(i)}`));
    node.dataset.at = i;
    return node;
  }
  function list() {
    $("count").textContent = matches.length ? say("count", { all: count, count: matches.length }) : words.none;
    const nodes = matches.slice(0, listed).map((i) => {
      const node = entry(i);
      if (i === chosen) node.setAttribute("aria-current", "true");
      return make("li", {}, node);
    });
    $("found").replaceChildren(...nodes);
    const rest = Math.min(PAGE, matches.length - listed);
    $("more").hidden = rest <= 0;
    $("more").textContent = rest > 0 ? say("more", { count: rest }) : "";
  }
  $("more").addEventListener("click", () => {
    const next = listed;
    listed += PAGE;
    list();
    $("found").children[next]?.firstChild.focus();
  });
  $("found").addEventListener("click", (event) => pick(event));
  $("panel").addEventListener("click", (event) => pick(event));
  function pick(event) {
    const at = event.target.closest("button")?.dataset.at;
    if (at !== undefined) choose(Number(at), true);
  }

  /* ---- the panel ---- */
  function choose(i, moveFocus) {
    chosen = i;
    panel();
    for (const node of $("found").querySelectorAll("button")) {
      if (Number(node.dataset.at) === i) node.setAttribute("aria-current", "true");
      else node.removeAttribute("aria-current");
    }
    reveal(i);
    redraw();
    if (moveFocus) {
      $("panel").querySelector("h3")?.focus({ preventScroll: true });
      $("panel").scrollIntoView({ block: "nearest" });
    }
  }
  function panel() {
    const box = $("panel");
    box.scrollTop = 0;
    if (chosen < 0) {
      box.replaceChildren(make("p", { className: "note" }, words.choose));
      return;
    }
    const dot = make("span", { className: `dot ${colourOf(data.topic[chosen])}` });
    const parts = [
      make("h3", { tabIndex: -1 }, data.title[chosen]),
      make("p", { className: "source" }, aboutText(chosen)),
      make("p", { className: "source" }, dot, topicText(chosen), data.apart[chosen] ? `: ${data.apart[chosen]}` : ""),
    ];
    const desks = data.deskNames.filter((_, d) => deskSets[d].has(chosen));
    if (desks.length) parts.push(make("p", { className: "source" }, desks.join(", ")));
    const copies = data.copies[chosen];
    if (copies) parts.push(make("p", { className: "source" }, say("copies", { count: copies })));
    const url = data.url?.[chosen];
    if (url && /^(https?:\/\/|(\/[\w.~-]+)*\/articles\/)/i.test(url)) parts.push(make("p", { className: "source" }, make("a", { href: url, rel: "noopener noreferrer" }, words.open)));
    parts.push(make("h4", {}, words.nearest));
    const near = nearest(chosen);
    parts.push(near.length ? make("ol", { className: "near" }, ...near.map(neighbour)) : make("p", { className: "note" }, words.no_nearest));
    const close = make("button", { type: "button", className: "quiet" }, words.close);
    close.addEventListener("click", dismiss);
    box.replaceChildren(...parts, close);
  }
  function neighbour([i, score]) {
    const node = entry(i, `${say("score", { score: (score / 100).toFixed(2) })} · ${aboutText(i)}`);
    const fill = make("i");
    fill.style.width = `${score}%`;
    const gauge = make("span", { className: "bar-of" }, fill);
    gauge.setAttribute("aria-hidden", "true");
    node.append(gauge);
    return make("li", {}, node);
  }
  function nearest(i) {
    const found = [];
    for (let j = i * data.k; j < (i + 1) * data.k; j++) if (data.near[j] >= 0) found.push([data.near[j], data.score[j]]);
    return found;
  }
  function dismiss() {
    const back = $("found").querySelector("[aria-current]") ?? $("plot") ?? $("search");
    chosen = -1;
    panel();
    for (const node of $("found").querySelectorAll("[aria-current]")) node.removeAttribute("aria-current");
    redraw();
    back.focus({ preventScroll: true });
  }
  $("explorer").addEventListener("keydown", (event) => {
    if (event.key === "Escape" && chosen >= 0) { event.preventDefault(); dismiss(); }
  });

  /* ---- the map ---- */
  let reveal = () => {};
  let keepInSight = () => {};
  const canvas = $("plot");
  if (canvas) drawMap();
  panel();
  sift();

  function drawMap() {
    const pen = canvas.getContext("2d");
    const tip = $("tip");
    const view = { scale: 1, x: 0, y: 0 };
    const size = { w: 0, h: 0, unit: 1 };
    const xs = Float32Array.from(data.x, (v) => v / 9999);
    const ys = Float32Array.from(data.y, (v) => v / 9999);
    const tints = Int8Array.from(data.topic, (topic) => (topic < 0 ? -1 : data.colours[topic]));
    const bounds = fit();
    let hovered = -1;
    let queued = 0;
    const labels = centres();

    function fit() {
      let [left, right, top, bottom] = [1, 0, 1, 0];
      for (let i = 0; i < count; i++) {
        left = Math.min(left, xs[i]); right = Math.max(right, xs[i]);
        top = Math.min(top, ys[i]); bottom = Math.max(bottom, ys[i]);
      }
      return { left, top, wide: Math.max(right - left, 1e-3), tall: Math.max(bottom - top, 1e-3) };
    }
    function centres() {
      const sizes = data.topics.map(() => 0);
      for (let i = 0; i < count; i++) if (data.topic[i] >= 0) sizes[data.topic[i]]++;
      return data.middle.map((at, topic) => ({ topic, size: sizes[topic], x: xs[at], y: ys[at] }))
        .filter((label) => label.size).sort((a, b) => b.size - a.size);
    }
    const px = (i) => placeX(xs[i]);
    const py = (i) => placeY(ys[i]);
    const placeX = (x) => size.w / 2 + ((x - bounds.left - bounds.wide / 2) * size.ux * view.scale) + view.x;
    const placeY = (y) => size.h / 2 + ((y - bounds.top - bounds.tall / 2) * size.uy * view.scale) + view.y;
    function measure() {
      const box = canvas.getBoundingClientRect();
      const ratio = Math.min(devicePixelRatio || 1, 2);
      size.w = box.width; size.h = box.height;
      const ux = (size.w - 48) / bounds.wide;
      const uy = (size.h - 48) / bounds.tall;
      size.ux = Math.min(ux, uy * 1.6); size.uy = Math.min(uy, ux * 1.6);
      canvas.width = Math.round(size.w * ratio); canvas.height = Math.round(size.h * ratio);
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      redraw();
    }
    redraw = () => { if (!queued) queued = requestAnimationFrame(() => { queued = 0; draw(); }); };
    addEventListener("beforeprint", draw);

    function draw() {
      const style = getComputedStyle(root);
      const tone = (name) => style.getPropertyValue(name).trim();
      pen.clearRect(0, 0, size.w, size.h);
      const base = Math.max(1.4, Math.min(3.4, 150 / Math.sqrt(count)));
      const radius = base * Math.min(2.4, Math.sqrt(view.scale));
      const some = matches.length < count;
      if (some) dots((i) => !shown[i], tone("--rule"), radius * 0.8, 0.9);
      dots((i) => shown[i] && data.topic[i] < 0, tone("--plain"), radius * 0.85, some ? 0.9 : 0.5);
      for (let colour = 11; colour >= 0; colour--) dots((i) => shown[i] && tints[i] === colour, tone(`--t${colour}`), radius, 0.78);
      names(tone, style);
      if (chosen >= 0) threads(tone, radius);
      if (hovered >= 0) ring(hovered, radius + 3, tone("--ink"), 2);
      if (canvas.matches(":focus-visible")) cross(tone("--accent"));
    }
    function dots(which, colour, radius, opacity) {
      pen.fillStyle = colour;
      pen.globalAlpha = opacity;
      pen.beginPath();
      for (let i = 0; i < count; i++) {
        if (!which(i)) continue;
        const x = px(i), y = py(i);
        if (x < -9 || y < -9 || x > size.w + 9 || y > size.h + 9) continue;
        pen.moveTo(x + radius, y);
        pen.arc(x, y, radius, 0, 6.2832);
      }
      pen.fill();
      pen.globalAlpha = 1;
    }
    function threads(tone, radius) {
      pen.strokeStyle = tone("--ink");
      for (const [i, score] of nearest(chosen)) {
        pen.globalAlpha = 0.25 + score / 140;
        pen.lineWidth = 1;
        pen.beginPath(); pen.moveTo(px(chosen), py(chosen)); pen.lineTo(px(i), py(i)); pen.stroke();
        ring(i, radius + 1.5, tone("--ink"), 1.5);
      }
      pen.globalAlpha = 1;
      pen.fillStyle = tone("--ink");
      pen.beginPath(); pen.arc(px(chosen), py(chosen), radius + 2.5, 0, 6.2832); pen.fill();
      ring(chosen, radius + 5.5, tone("--ink"), 1.5);
    }
    function ring(i, radius, colour, width) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath(); pen.arc(px(i), py(i), radius, 0, 6.2832); pen.stroke();
    }
    function names(tone, style) {
      const taken = [];
      const wanted = choice("topic");
      const most = Math.round(Math.max(5, size.w * size.h / 26000) * view.scale);
      pen.font = `600 ${size.w < 500 ? 12 : 13}px ${style.getPropertyValue("--font")}`;
      pen.textAlign = "center"; pen.textBaseline = "middle"; pen.lineJoin = "round";
      for (const { topic, x, y } of labels) {
        if (taken.length >= most) break;
        if (wanted !== null && topic !== wanted) continue;
        const name = data.topics[topic].length > 22 ? `${data.topics[topic].slice(0, 21)}…` : data.topics[topic];
        const wide = pen.measureText(name).width;
        const half = wide / 2 + 6;
        const at = placeX(x), down = placeY(y) - 13;
        if (at < 0 || at > size.w || down < 12 || down > size.h - 12) continue;
        const across = Math.max(half, Math.min(size.w - half, at));
        if (taken.some((t) => Math.abs(t.x - across) < t.half + half && Math.abs(t.y - down) < 22)) continue;
        if (across + half > size.w - 58 && down < 150) continue;
        taken.push({ x: across, y: down, half });
        pen.strokeStyle = tone("--raised"); pen.lineWidth = 5; pen.strokeText(name, across, down);
        pen.fillStyle = tone("--ink"); pen.fillText(name, across, down);
      }
    }
    function cross(colour) {
      pen.strokeStyle = colour; pen.lineWidth = 1.5;
      pen.beginPath();
      pen.moveTo(size.w / 2 - 9, size.h / 2); pen.lineTo(size.w / 2 + 9, size.h / 2);
      pen.moveTo(size.w / 2, size.h / 2 - 9); pen.lineTo(size.w / 2, size.h / 2 + 9);
      pen.stroke();
    }

    /* moving */
    function zoom(factor, x = size.w / 2, y = size.h / 2) {
      const scale = Math.min(60, Math.max(1, view.scale * factor));
      const real = scale / view.scale;
      view.x = (x - size.w / 2) * (1 - real) + view.x * real;
      view.y = (y - size.h / 2) * (1 - real) + view.y * real;
      view.scale = scale;
      hold();
    }
    function hold() {
      const reach = (span, unit) => Math.max(0, span * unit * view.scale / 2);
      const x = reach(bounds.wide, size.ux), y = reach(bounds.tall, size.uy);
      if (view.scale === 1) { view.x = 0; view.y = 0; }
      view.x = Math.max(-x, Math.min(x, view.x)); view.y = Math.max(-y, Math.min(y, view.y));
      redraw();
    }
    keepInSight = () => {
      const inside = (i) => px(i) > 0 && px(i) < size.w && py(i) > 0 && py(i) < size.h;
      if (view.scale > 1 && matches.filter(inside).length * 2 < matches.length) home();
    };
    const home = () => { Object.assign(view, { scale: 1, x: 0, y: 0 }); redraw(); };
    reveal = (i) => {
      const x = px(i), y = py(i);
      if (x > 20 && y > 20 && x < size.w - 20 && y < size.h - 20) return;
      view.x += size.w / 2 - x; view.y += size.h / 2 - y;
      hold();
    };
    $("zoom-in").addEventListener("click", () => zoom(1.6));
    $("zoom-out").addEventListener("click", () => zoom(1 / 1.6));
    $("zoom-reset").addEventListener("click", home);
    canvas.addEventListener("wheel", (event) => {
      if (view.scale === 1 && event.deltaY > 0) return; // let the page go on
      event.preventDefault();
      const at = here(event);
      zoom(Math.exp(-event.deltaY * 0.0018), at.x, at.y);
    }, { passive: false });
    const keys = {
      ArrowLeft: () => pan(60, 0), ArrowRight: () => pan(-60, 0), ArrowUp: () => pan(0, 60), ArrowDown: () => pan(0, -60),
      "+": () => zoom(1.5), "=": () => zoom(1.5), "-": () => zoom(1 / 1.5), 0: home,
      Enter: () => { const i = hit(size.w / 2, size.h / 2, Infinity); if (i >= 0) choose(i, false); },
    };
    function pan(x, y) { view.x += x; view.y += y; hold(); }
    canvas.addEventListener("keydown", (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? null : keys[event.key];
      if (act) { event.preventDefault(); act(); }
    });
    for (const name of ["focus", "blur"]) canvas.addEventListener(name, redraw);

    /* pointing */
    const here = (event) => { const box = canvas.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
    function hit(x, y, reach) {
      let best = -1;
      let least = reach * reach;
      for (let i = 0; i < count; i++) {
        if (!shown[i]) continue;
        const dx = px(i) - x, dy = py(i) - y, far = dx * dx + dy * dy;
        if (far < least) { least = far; best = i; }
      }
      return best;
    }
    const fingers = new Map();
    let moved = 0;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      fingers.set(event.pointerId, here(event));
      moved = fingers.size > 1 ? 99 : 0;
      tip.hidden = true;
    });
    canvas.addEventListener("pointermove", (event) => {
      const at = here(event);
      const was = fingers.get(event.pointerId);
      if (!was) { hover(at); return; }
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      moved += Math.abs(at.x - was.x) + Math.abs(at.y - was.y);
      if (other) {
        const gap = (p) => Math.hypot(p.x - other.x, p.y - other.y) || 1;
        pan((at.x - was.x) / 2, (at.y - was.y) / 2);
        zoom(gap(at) / gap(was), (at.x + other.x) / 2, (at.y + other.y) / 2);
      } else if (moved > 4) {
        pan(at.x - was.x, at.y - was.y);
      }
      fingers.set(event.pointerId, at);
    });
    canvas.addEventListener("pointerup", (event) => {
      fingers.delete(event.pointerId);
      if (moved > 4) return;
      const at = here(event);
      const i = hit(at.x, at.y, event.pointerType === "touch" ? 24 : 12);
      if (i >= 0) choose(i, false);
    });
    canvas.addEventListener("pointercancel", (event) => fingers.delete(event.pointerId));
    canvas.addEventListener("pointerleave", () => { hovered = -1; tip.hidden = true; redraw(); });
    function hover(at) {
      const i = hit(at.x, at.y, 10);
      canvas.classList.toggle("over", i >= 0);
      if (i !== hovered) { hovered = i; redraw(); }
      tip.hidden = i < 0;
      if (i < 0) return;
      tip.replaceChildren(data.title[i], make("br"), make("small", {}, `${aboutText(i)} · ${topicText(i)}`));
      const left = Math.min(Math.max(0, at.x + 14), Math.max(0, size.w - tip.offsetWidth - 4));
      const top = at.y + 18 + tip.offsetHeight > size.h ? at.y - tip.offsetHeight - 12 : at.y + 18;
      tip.style.transform = `translate(${left}px, ${top}px)`;
    }
    new ResizeObserver(measure).observe(canvas);
    measure();
  }
})();
