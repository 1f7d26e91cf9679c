// Light or dark, before the page is drawn: as chosen, else as the machine has it.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => { try { return localStorage.getItem("theme"); } catch { return null; } };
  const show = () => {
    const theme = chosen() || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.bsTheme = theme;
  };
  show();
  dark.addEventListener("change", show);
  addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-switch]")) return;
    const now = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("theme", now); } catch { /* this page alone, then */ }
    document.documentElement.dataset.bsTheme = now;
  });
})();
