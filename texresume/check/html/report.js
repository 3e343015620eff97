// A finding and its marks light up together. Without this script, following a link does the same.
for (const type of ["pointerover", "pointerout", "focusin", "focusout"]) {
  document.addEventListener(type, (event) => {
    const found = event.target instanceof Element && event.target.closest("[data-finding]");
    if (!found) return;
    const lit = type === "pointerover" || type === "focusin";
    for (const other of document.querySelectorAll(`[data-finding="${found.dataset.finding}"]`)) {
      other.classList.toggle("lit", lit);
    }
  });
}
