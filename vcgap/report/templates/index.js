// The filter of the index. It reads the table that is there already and only hides lines of it; without it all stand.
"use strict";
(() => {
  const WAIT_MS = 250; // browsers refuse addresses that change with every key
  const AT_ONCE = 50; // lines laid out in one go
  const PAUSE_MS = 20; // between two goes, in which keys and the wheel are heard
  const box = document.querySelector(".filter");
  const field = document.getElementById("filter");
  const count = document.querySelector(".count");
  const editions = [...document.querySelectorAll("#table tbody")];
  const digits = new Intl.NumberFormat(document.documentElement.lang);

  // "México, 2024-usa-mex" → ["mexico", "2024", "usa", "mex"]
  const words = (text) =>
    text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const held = editions.map((edition) =>
    " " + words(edition.querySelector("th").textContent + " " + edition.querySelector(".edition").textContent).join(" "));

  // The style sheet puts off lines that are not in sight, so that the page stands at once; here they follow.
  function layOut(from) {
    editions.slice(from, from + AT_ONCE).forEach((edition) => (edition.style.contentVisibility = "visible"));
    if (from + AT_ONCE < editions.length) setTimeout(layOut, PAUSE_MS, from + AT_ONCE);
  }

  function show() {
    const asked = words(field.value);
    let shown = 0;
    editions.forEach((edition, place) => {
      edition.hidden = !asked.every((word) => held[place].includes(" " + word));
      edition.style.contentVisibility = "";
      shown += edition.hidden ? 0 : 1;
    });
    const said = count.dataset[!asked.length ? "all" : shown ? "some" : "none"];
    count.textContent = said.replace("{shown}", digits.format(shown)).replace("{all}", digits.format(editions.length));
    setTimeout(layOut, PAUSE_MS, 0);
  }

  function readAddress() {
    field.value = new URLSearchParams(location.hash.slice(1)).get("filter") ?? "";
    show();
    if (field.value) document.getElementById("editions").scrollIntoView();
  }

  function writeAddress() {
    const asked = field.value.trim();
    const fragment = asked ? "#" + new URLSearchParams({ filter: asked }) : "";
    history.replaceState(null, "", location.pathname + location.search + fragment);
  }

  let waiting;
  field.addEventListener("input", () => {
    show();
    clearTimeout(waiting);
    waiting = setTimeout(writeAddress, WAIT_MS);
  });
  addEventListener("hashchange", readAddress);
  box.hidden = false;
  readAddress();
})();
