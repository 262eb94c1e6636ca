// Examines the page that it was put into, as a reader would use it, and tells the frame around it what it found.
addEventListener("load", async () => {
  const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const asked = document.getElementById("examine").dataset;
  const found = { live: document.documentElement.classList.contains("live") };
  try {
    await wait(500);
    found.overflow = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    found.violations = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);

    // Every chart answers a pointer that crosses it.
    found.charts = 0;
    found.silent = [];
    for (const holder of document.querySelectorAll("[data-chart]")) {
      holder.scrollIntoView({ block: "center" });
      await wait(100);
      const root = holder.firstElementChild;
      const { left, top, width, height } = root.getBoundingClientRect();
      let answer = "";
      for (let at = 1; at < 16 && !/\d/.test(answer); at += 1) {
        for (const down of [0.3, 0.5, 0.7]) {
          const place = { clientX: left + (width * at) / 16, clientY: top + height * down, bubbles: true };
          root.dispatchEvent(new MouseEvent("mousemove", place));
          await wait(120);
          const tip = holder.querySelector(".tip");
          if (tip) answer = tip.textContent;
          if (/\d/.test(answer)) break;
        }
      }
      found.charts += 1;
      if (!/\d/.test(answer)) found.silent.push(holder.dataset.chart);
    }

    // What is asked of the search, and how many editions it finds.
    const form = document.getElementById("search");
    if (form && asked.fields) {
      found.answers = [];
      for (const fields of JSON.parse(asked.fields)) {
        form.reset();
        await wait(100);
        for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
        form.dispatchEvent(new Event("input", { bubbles: true }));
        await wait(700);
        const links = [...document.querySelectorAll("#found a")];
        found.answers.push({
          texts: [...document.querySelectorAll("#found li")].map((item) => item.textContent),
          links: links.map((link) => link.getAttribute("href")),
          jobs: !document.getElementById("jobs").hidden,
          state: document.getElementById("state").textContent,
        });
      }
      const { violations: after } = await axe.run(document, { resultTypes: ["violations"] });
      found.violations.push(...after.map(({ id }) => `${id} with results`));
    }
  } catch (error) {
    found.error = String(error);
  }
  parent.postMessage(JSON.stringify(found), "*");
});
