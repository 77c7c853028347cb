// Small helps for the pages. Every page works without this file; it makes some quicker.
"use strict";

(() => {
  const say = (text) => {
    document.querySelector(".toast")?.remove();
    const toast = document.createElement("div");
    toast.className = "toast";
    toast.setAttribute("role", "status");
    toast.textContent = text;
    document.body.append(toast);
    setTimeout(() => toast.remove(), 6000);
  };

  // Copy the text of another field: <button data-copy="#address" data-done="Copied">
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    const field = document.querySelector(button.dataset.copy);
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy"); // pages over plain http have no clipboard
    }
    say(button.dataset.done);
  });

  // Print the page: <button data-print>
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  // Send a form as soon as one of its choices changes: <form data-autosend>
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-autosend]");
    if (form) form.requestSubmit();
  });

  // A cell of the heat map shows its week: the day goes into the form of the board.
  document.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-day]");
    const form = document.querySelector("form[data-week]");
    if (!cell || !form) return;
    form.elements.day.value = cell.dataset.day;
    form.requestSubmit();
  });

  // Nothing typed into a long form is lost by leaving it unsaved: <form data-keep="question">
  document.querySelectorAll("form[data-keep]").forEach((form) => {
    let changed = false;
    form.addEventListener("input", () => { changed = true; });
    form.addEventListener("submit", () => { changed = false; });
    window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  });

  // A part of the page that could not be fetched says so.
  const failed = () => say(document.body.dataset.failed);
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status !== 401) failed();
  });
})();
