"use strict";
// Filters, sorting and the panel of a number. The page says everything without it.
{
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const toolbar = (...children) => make("div", { className: "toolbar" }, ...children);

  // ---- Rows that are shown: sorted, filtered, and put in so many at a time

  const CHUNK = 100;
  class View {
    constructor(table) {
      this.table = table;
      this.body = table.tBodies[0];
      this.rows = [...this.body.rows];
      this.sorted = this.rows;
      this.test = () => true;
      this.drawn = () => {};
      if (this.rows.length > CHUNK) this.draw();
    }
    draw() {
      this.shown = this.sorted.filter(this.test);
      this.put = 0;
      this.body.replaceChildren();
      if (this.rows.length > CHUNK) this.table.ariaRowCount = String(this.shown.length + 1);
      this.more();
      this.drawn();
    }
    more(by = CHUNK) {
      const next = this.shown.slice(this.put, this.put + by);
      if (this.rows.length > CHUNK) next.forEach((row, at) => { row.ariaRowIndex = String(this.put + at + 2); });
      this.body.append(...next);
      this.put += next.length;
      this.observer?.disconnect();
      if (this.put === this.shown.length) return;
      // More are put in when the last one comes into sight.
      this.observer ??= new IntersectionObserver((seen) => { if (seen.some((entry) => entry.isIntersecting)) this.more(); });
      this.observer.observe(this.body.lastElementChild);
    }
    // Paper does not scroll.
    print(on) {
      if (on) while (this.put < this.shown?.length) this.more();
      else if (this.rows.length > CHUNK) this.draw();
    }
  }

  // Shows the rows that hold some words and pass a test, and says how many they are.
  const filter = (view, noun) => {
    const count = make("output");
    let texts;
    const show = (words, test = () => true) => {
      texts ??= new Map(view.rows.map((row) => [row, row.textContent.toLowerCase()]));
      const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
      view.test = (row) => wanted.every((word) => texts.get(row).includes(word)) && test(row);
      view.draw();
      count.textContent = `${view.shown.length} of ${view.rows.length} ${noun} shown`;
    };
    return { count, show };
  };
  const search = (label, oninput) => make("input", { type: "search", placeholder: label, ariaLabel: label, oninput });

  // ---- The ledger, whose filter stands in the address: #ledger?verdict=refuted&study=…&q=…

  const ledger = (view) => {
    const { table } = view;
    const { count, show } = filter(view, "claims");
    const buttons = all(".counts li").map((item) => {
      const label = item.firstElementChild;
      const button = make("button", { type: "button", className: label.className, ariaPressed: "false" }, ...label.childNodes);
      button.dataset.verdict = item.dataset.verdict;
      label.replaceWith(button);
      return button;
    });
    const studies = [...new Set(view.rows.map((row) => row.dataset.study))];
    const study = make("select", { ariaLabel: "Study" }, make("option", { value: "", textContent: "all studies" }));
    study.append(...studies.map((id) => make("option", { value: id, textContent: id })));
    const words = search("Search claims", () => changed());
    const clear = make("button", { type: "button", textContent: "Show all" });
    table.parentElement.before(toolbar(words, ...(studies.length > 1 ? [study] : []), clear, count));

    const pressed = () => buttons.filter((button) => button.ariaPressed === "true").map((button) => button.dataset.verdict);
    const apply = () => {
      const verdicts = pressed();
      show(words.value, (row) =>
        (verdicts.length === 0 || verdicts.includes(row.dataset.verdict)) && (study.value === "" || study.value === row.dataset.study));
      clear.hidden = verdicts.length === 0 && study.value === "" && words.value === "";
    };
    const changed = () => {
      apply();
      const state = new URLSearchParams(pressed().map((verdict) => ["verdict", verdict]));
      if (study.value) state.set("study", study.value);
      if (words.value) state.set("q", words.value);
      history.replaceState(null, "", `#ledger${state.size ? `?${state}` : ""}`);
    };
    const read = (address) => {
      const state = new URLSearchParams(address);
      const verdicts = state.getAll("verdict");
      buttons.forEach((button) => { button.ariaPressed = String(verdicts.includes(button.dataset.verdict)); });
      study.value = studies.includes(state.get("study")) ? state.get("study") : "";
      words.value = state.get("q") ?? "";
      apply();
    };
    buttons.forEach((button) => {
      button.onclick = () => { button.ariaPressed = String(button.ariaPressed !== "true"); changed(); };
    });
    study.onchange = changed;
    clear.onclick = () => { read(""); changed(); words.focus(); };
    apply();
    return read;
  };

  // ---- Sorting by a click on a head: ascending, descending, as it was

  const sortable = (view) => {
    const { table, rows } = view;
    if (rows.length < 2) return;
    const heads = [...table.tHead.rows[0].cells].filter((head) => !head.classList.contains("chart"));
    const order = (head, direction) => {
      heads.forEach((other) => { other.ariaSort = other === head && direction ? direction : "none"; });
      const keys = new Map(rows.map((row) => [row, key(table, row.cells[head.cellIndex])]));
      const sign = direction === "ascending" ? 1 : -1;
      view.sorted = direction ? rows.toSorted((a, b) => compare(keys.get(a), keys.get(b), sign)) : rows;
      view.draw();
    };
    heads.forEach((head) => {
      head.append(make("button", { type: "button" }, ...head.childNodes));
      head.ariaSort = "none";
      const next = { none: "ascending", ascending: "descending", descending: null };
      head.firstElementChild.onclick = () => order(head, next[head.ariaSort]);
    });
  };
  // A number where there is one, as it is in full; else words.
  const key = (table, cell) => {
    const text = cell.textContent.trim();
    if (table.classList.contains("numbers") && cell.matches("td:not(.key)")) return locate(table, cell)?.value ?? null;
    const number = parseFloat(text.replace("−", "-").replace(/^< /, ""));
    return text === "" ? null : /^[-\d.−<]/.test(text) && !Number.isNaN(number) ? number : text;
  };
  const collator = new Intl.Collator("en", { numeric: true });
  // What is missing comes last, whatever the direction.
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null) - (b === null);
    if (typeof a === "number" && typeof b === "number") return sign * (a - b);
    return sign * collator.compare(String(a), String(b));
  };

  // ---- Where a number comes from

  const read = new WeakMap();
  // What a table says of its numbers, read when first asked for.
  const numbers = (table) => {
    if (!read.has(table)) read.set(table, JSON.parse(table.closest("details").querySelector("script.numbers").textContent));
    return read.get(table);
  };
  const locate = (table, cell) => {
    const of = numbers(table);
    const line = Number(of.value ? cell.dataset.row : cell.parentElement.cells[0].textContent) - 1;
    const column = of.value ? of.columns.find((column) => column.name === of.value) : of.columns[cell.cellIndex - 1 - of.keys.length];
    if (Number.isNaN(line)) return null;
    return { of, line, column, value: column.values[line] };
  };
  const exactly = (value) => (value === null ? "no number" : String(value));

  const panel = () => {
    const context = JSON.parse(document.querySelector("script.context").textContent);
    const body = make("div");
    const close = make("button", { type: "button", className: "close", textContent: "Close" });
    const dialog = make("dialog", { id: "number" }, body, close);
    dialog.setAttribute("aria-labelledby", "number-title");
    document.body.append(dialog);
    let origin = null;
    const leave = () => {
      dialog.close();
      origin?.removeAttribute("aria-selected");
      origin?.focus();
    };
    close.onclick = leave;
    document.addEventListener("keydown", (event) => { if (event.key === "Escape" && dialog.open) leave(); });

    return (cell) => {
      const found = locate(cell.closest("table"), cell);
      if (!found) return;
      const { of, line, column, value } = found;
      const study = context[of.study];
      const keys = of.keys.map(({ name, levels, rows }) => [name, levels[rows[line]]]);
      const target = `${of.study}/${of.table}:${keys.map((pair) => pair.join("=")).join(",")}:${column.name}`;
      const [cells, seeds] = of.cells.levels[of.cells.rows[line] ?? 0];
      const own = keys.find(([name]) => name === "experiment")?.[1];
      const experiments = own ? [own] : of.experiments;
      const facts = [];
      const fact = (name, ...what) => facts.push(make("dt", { textContent: name }), make("dd", {}, ...what));
      const code = (text) => make("code", { textContent: text });
      if (value === null) fact("Why", cell.textContent);
      const error = of.columns.find((column) => column.name === of.error);
      if (error) fact(`± ${error.name}`, code(exactly(error.values[line])));
      fact("What", `${column.how} over ${cells} cell${cells === 1 ? "" : "s"}, seed${cells === 1 ? "" : "s"} ${seeds}`);
      fact("Row", `${line + 1}: ${keys.map((pair) => pair.join(" = ")).join(", ")}`);
      for (const id of experiments) {
        const { label, method, float, code: parts, stem } = study.experiments[id];
        const link = make("a", { href: `#${of.study}/experiments/${id}`, textContent: label });
        fact("Experiment", link, `: method ${method} in ${float}`);
        fact("Depends on", `${parts} files of code and crates, `, code(stem.slice(0, 12)));
      }
      const command = code(`saigen trace '${target}' --remake${study.options}`);
      const said = make("output");
      const copy = make("button", { type: "button", textContent: "Copy" });
      copy.onclick = async () => {
        try {
          await navigator.clipboard.writeText(command.textContent);
          said.textContent = "copied";
        } catch {
          getSelection().selectAllChildren(command);
          said.textContent = "selected: copy it with the keyboard";
        }
      };
      const title = make("h2", { id: "number-title", tabIndex: -1, textContent: `${of.study}/${of.table}, ${column.name}` });
      body.replaceChildren(title, make("p", { className: "value", textContent: exactly(value) }), make("dl", {}, ...facts),
        make("div", { className: "run" }, command, copy), said);
      origin?.removeAttribute("aria-selected");
      origin = cell;
      cell.setAttribute("aria-selected", "true");
      dialog.show();
      title.focus();
    };
  };

  // One stop of the tabulator for a whole table; arrows move within it.
  const grid = (view, open) => {
    const { table, body } = view;
    const isNumber = "td:not(.key)";
    let current = body.querySelector(isNumber);
    if (!current) return;
    table.setAttribute("role", "grid");
    table.classList.add("live");
    current.tabIndex = 0;
    view.drawn = () => {
      if (current.isConnected) return;
      current.removeAttribute("tabindex");
      current = body.querySelector(isNumber) ?? current;
      current.tabIndex = 0;
    };
    const go = (cell) => {
      if (!cell?.matches(isNumber)) return;
      current.removeAttribute("tabindex");
      current = cell;
      cell.tabIndex = 0;
      cell.focus();
    };
    const step = (row, by) => {
      const at = row.sectionRowIndex + by;
      if (at >= view.put) view.more();
      return body.rows[Math.min(Math.max(at, 0), body.rows.length - 1)];
    };
    body.addEventListener("click", (event) => {
      const cell = event.target.closest(isNumber);
      if (cell) { go(cell); open(cell); }
    });
    body.addEventListener("keydown", (event) => {
      const cell = event.target.closest(isNumber);
      if (!cell) return;
      const row = cell.parentElement;
      const down = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
      if (down) go(step(row, down).cells[cell.cellIndex]);
      else if (event.key === "ArrowRight") go(cell.nextElementSibling);
      else if (event.key === "ArrowLeft") go(cell.previousElementSibling);
      else if (event.key === "Home") go(row.querySelector(isNumber));
      else if (event.key === "End") go(row.lastElementChild);
      else if (event.key === "Enter" || event.key === " ") open(cell);
      else return;
      event.preventDefault();
    });
  };

  // ---- Start

  const open = panel();
  const views = new Map();
  const enliven = (table) => {
    if (views.has(table)) return;
    const view = new View(table);
    views.set(table, view);
    sortable(view);
    if (table.matches(".numbers")) grid(view, open);
    if (table.matches(".long > table")) {
      const { count, show } = filter(view, "rows");
      const words = search("Search rows", () => show(words.value));
      table.parentElement.before(toolbar(words, count));
    }
    // What may scroll and has nothing to stop at is a stop itself.
    if (!table.querySelector("button, a, [tabindex]")) table.parentElement.tabIndex = 0;
  };
  // Most tables are closed and may stay so; a long one has to be cut before it is first laid out.
  all("table").filter((table) => table.matches(".long > table") || !table.closest("details:not([open])")).forEach(enliven);
  document.addEventListener("toggle", (event) => all("table", event.target).forEach(enliven), true);
  matchMedia("print").onchange = (event) => views.forEach((view) => view.print(event.matches));
  const readLedger = ledger(views.get(document.querySelector("table.ledger")));
  all("section.study").forEach((study) => {
    const claims = all("details.claim", study);
    if (claims.length < 2) return;
    const button = make("button", { type: "button", textContent: "Open all claims" });
    button.onclick = () => {
      const opens = claims.some((claim) => !claim.open);
      claims.forEach((claim) => { claim.open = opens; });
      button.textContent = opens ? "Close all claims" : "Open all claims";
    };
    claims[0].before(toolbar(button));
  });

  // An address names a view of the ledger, or something that may have to be opened first.
  const follow = () => {
    const [place, state] = location.hash.slice(1).split("?");
    const target = document.getElementById(decodeURIComponent(place));
    if (state !== undefined) readLedger(state);
    for (let at = target?.closest("details"); at; at = at.parentElement.closest("details")) at.open = true;
    if (state !== undefined || target?.tagName === "DETAILS") target?.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();
}
