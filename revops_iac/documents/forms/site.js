"use strict";
const input = document.getElementById("search");
const found = document.getElementById("found");
const MOST = 40;
let entries = null;

function read() {
  const list = [];
  for (const article of document.querySelectorAll("article")) {
    const title = article.querySelector("h1").textContent;
    let anchor = article.id;
    let heading = title;
    for (const one of article.querySelectorAll("h1, h2, h3, p, dt, dd, tr, li, text")) {
      if (/^H[123]$/.test(one.tagName)) {
        anchor = one.id || article.id;
        heading = one.textContent;
      }
      const text = one.textContent.replace(/\s+/g, " ").trim();
      if (text) list.push({ anchor, heading: heading === title ? title : title + ", " + heading, text, lower: text.toLowerCase() });
    }
  }
  return list;
}

function show() {
  const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
  found.replaceChildren();
  if (!words.length) return;
  entries = entries || read();
  const hits = entries.filter((entry) => words.every((word) => entry.lower.includes(word)));
  const summary = document.createElement("p");
  summary.textContent = hits.length === 0 ? "Nothing found." : hits.length > MOST ? MOST + " of " + hits.length + " places" : hits.length + (hits.length === 1 ? " place" : " places");
  found.append(summary);
  const list = document.createElement("ul");
  for (const hit of hits.slice(0, MOST)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = "#" + hit.anchor;
    const at = Math.max(0, hit.lower.indexOf(words[0]) - 30);
    link.textContent = (at ? "… " : "") + hit.text.slice(at, at + 90);
    const where = document.createElement("small");
    where.textContent = hit.heading;
    item.append(link, where);
    list.append(item);
  }
  found.append(list);
}

input.addEventListener("input", show);
