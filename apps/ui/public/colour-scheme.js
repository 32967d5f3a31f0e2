// Runs before the first paint, so that a remembered scheme doesn't flash the other one. A file of its own because the
// content security policy allows no inline scripts. The key is the one Mantine writes.
(function () {
  let scheme = 'auto';
  try {
    scheme = localStorage.getItem('mantine-color-scheme-value') || 'auto';
  } catch {
    // storage is switched off: follow the system
  }
  if (scheme !== 'dark' && scheme !== 'light')
    scheme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  document.documentElement.setAttribute('data-mantine-color-scheme', scheme);
})();
