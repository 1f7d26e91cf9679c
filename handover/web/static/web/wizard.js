// What a pasted key says of itself, before it is sent: its region. The key itself goes nowhere.
const key = document.querySelector("[data-key]");
const told = document.querySelector("[data-region]");

if (key && told) {
  key.addEventListener("input", () => {
    const text = key.value.trim();
    const ending = text.match(/-([a-z]{2}[0-9]{1,2})$/i);
    told.textContent = !text ? "" : ending
      ? `Region: ${ending[1].toLowerCase()}, as the key's ending says.`
      : "This key has no ending such as -au2: it counts as au1. Was all of it copied?";
  });
}
