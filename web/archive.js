// Search in the index of the archive: by words, job, day and metric. The list of months works without it. What is
// searched are small files, one for each month of a job, that are read when a search reaches them, newest first.
(() => {
  const { jobs } = JSON.parse(document.getElementById("archive").textContent);
  const form = document.getElementById("search");
  const list = document.getElementById("found");
  const state = document.getElementById("state");
  const more = document.getElementById("more");
  const PAGE = 40;
  const months = new Map();
  let asked = 0;

  // A page on a disk may not read other files, but it may run them: each calls this with its editions.
  window.tidingsArchive = (editions) => {
    const { month } = document.currentScript.dataset;
    months.set(month, editions);
  };

  const read = (address) =>
    new Promise((resolve) => {
      if (months.has(address)) return resolve(months.get(address));
      const script = document.createElement("script");
      script.src = address;
      script.dataset.month = address;
      const done = () => {
        script.remove();
        resolve(months.get(address) ?? []);
      };
      script.addEventListener("load", done);
      script.addEventListener("error", done);
      document.head.append(script);
    });

  const question = () => {
    const field = (name) => form.elements[name].value.trim();
    const words = field("words").toLowerCase().split(/\s+/).filter(Boolean);
    return { words, job: field("job"), from: field("from"), to: field("to"), metric: field("metric") };
  };

  /** The months that may hold an answer, newest first, those of all jobs in turn. */
  const reached = ({ job, from, to }) =>
    jobs
      .filter(({ folder }) => !job || folder === job)
      .flatMap(({ folder, lang, months }) =>
        months.map((month) => ({ month, address: `_archive/${folder}/${month}.${lang}.js` })),
      )
      .filter(({ month }) => (!from || month >= from.slice(0, 7)) && (!to || month <= to.slice(0, 7)))
      .sort((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : a.address < b.address ? -1 : 1));

  const fits = (edition, { words, from, to, metric }) => {
    if ((from && edition.day < from) || (to && edition.day > to)) return false;
    if (metric && !edition.readings.some(([id]) => id === metric)) return false;
    const said = [edition.title, edition.when, edition.period, ...edition.headlines, ...edition.readings.flat()];
    const text = said.join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };

  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };

  const shown = (edition, { metric }) => {
    const item = element("li", "", "hit");
    const link = element("a", edition.title);
    link.href = edition.at;
    const head = element("p");
    head.append(link, " ", element("span", edition.when, "when"));
    if (edition.corrected) head.append(" ", element("span", edition.corrected, "badge corrected"));
    if (edition.held) head.append(" ", element("span", list.dataset.held, "badge held"));
    item.append(head);
    const reading = edition.readings.find(([id]) => id === metric);
    if (reading) {
      const [, label, value, change] = reading;
      const line = element("p");
      line.append(element("span", label), " ", element("b", value), " ", element("span", change, "when"));
      item.append(line);
    } else if (edition.headlines.length) item.append(element("p", edition.headlines[0]));
    return item;
  };

  /** Shows the next page of what is found; an answer to an older question is dropped. */
  const find = async (query, at, turn) => {
    const files = reached(query);
    let found = 0;
    state.textContent = state.dataset.busy;
    more.hidden = true;
    for (; at.file < files.length; at.file += 1, at.edition = 0) {
      const editions = await read(files[at.file].address);
      if (turn !== asked) return;
      for (; at.edition < editions.length; at.edition += 1) {
        if (!fits(editions[at.edition], query)) continue;
        if (found === PAGE) {
          more.hidden = false;
          more.onclick = () => find(query, at, turn);
          return say();
        }
        list.append(shown(editions[at.edition], query));
        found += 1;
      }
    }
    say();
  };

  const say = () => {
    const count = list.children.length;
    state.textContent = count === 0 ? state.dataset.none : state.dataset.found.replace("#", count);
  };

  const ask = () => {
    asked += 1;
    const query = question();
    list.replaceChildren();
    more.hidden = true;
    state.textContent = "";
    const is_open = Object.values(query).some((part) => part.length > 0);
    document.getElementById("jobs").hidden = is_open;
    return is_open ? find(query, { file: 0, edition: 0 }, asked) : undefined;
  };

  form.hidden = false;
  form.addEventListener("input", ask);
  form.addEventListener("reset", () => setTimeout(ask));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
})();
