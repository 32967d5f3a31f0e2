/**
 * The script of an SVG flame graph: zoom by click or Enter, search by Ctrl+F or the button, reset by Esc; inside a page only
 * while something of the graph has the focus. It reads the boxes'
 * `data-x` and `data-w` (shares of the whole) and writes attributes and text nodes only, so names stay text.
 */
export const SVG_SCRIPT = `
(function () {
  var self = document.currentScript, root = self && self.closest ? self.closest('svg') : document.documentElement;
  var keys = root === document.documentElement ? document : root, W = +root.getAttribute('data-w'), CH = 6.6;
  var boxes = [].slice.call(root.querySelectorAll('g.f'));
  var info = root.querySelector('.info'), found = root.querySelector('.found');
  boxes.forEach(function (g) {
    g.x = +g.getAttribute('data-x'); g.w = +g.getAttribute('data-w'); g.d = +g.getAttribute('data-d');
    g.name = g.getAttribute('data-n'); g.title = g.querySelector('title').textContent;
    g.r = g.querySelector('rect'); g.t = g.querySelector('text');
  });
  function label(g, w) {
    var n = Math.floor((w - 4) / CH);
    g.t.textContent = n < 3 ? '' : g.name.length > n ? g.name.slice(0, n - 2) + '..' : g.name;
  }
  function draw(z) {
    boxes.forEach(function (g) {
      var above = z && g.d < z.d, inside = !z || (g.x >= z.x - 1e-9 && g.x + g.w <= z.x + z.w + 1e-9);
      var parent = above && g.x <= z.x + 1e-9 && g.x + g.w >= z.x + z.w - 1e-9;
      var x = z ? (g.x - z.x) / z.w * W : g.x * W, w = z ? g.w / z.w * W : g.w * W;
      if (parent) { x = 0; w = W; }
      var show = (parent || (inside && !above)) && w > 0.2;
      g.style.display = show ? '' : 'none';
      g.setAttribute('tabindex', show && w > 20 ? '0' : '-1');
      if (!show) return;
      g.r.setAttribute('x', x); g.r.setAttribute('width', Math.max(0.2, w - 0.4));
      g.r.style.opacity = parent ? 0.5 : 1;
      g.t.setAttribute('x', x + 3); label(g, w);
    });
  }
  function zoom(g) { draw(g && g.d >= 0 ? g : null); }
  function search() {
    var q = prompt('Search for a function (text or regular expression; empty clears)');
    if (q === null) return;
    var test = null;
    if (q) { try { var re = new RegExp(q); test = function (s) { return re.test(s); }; } catch (e) { test = function (s) { return s.indexOf(q) >= 0; }; } }
    var spans = [];
    boxes.forEach(function (g) {
      var hit = test && test(g.name);
      g.r.classList.toggle('hit', !!hit);
      if (hit) spans.push([g.x, g.x + g.w]);
    });
    spans.sort(function (a, b) { return a[0] - b[0]; });
    var sum = 0, end = 0;
    spans.forEach(function (s) { var from = Math.max(s[0], end); if (s[1] > from) { sum += s[1] - from; end = s[1]; } });
    found.textContent = test ? 'found: ' + (sum * 100).toFixed(1) + ' %' : '';
  }
  boxes.forEach(function (g) {
    g.addEventListener('click', function () { zoom(g); });
    g.addEventListener('mouseover', function () { info.textContent = g.title; });
    g.addEventListener('focus', function () { info.textContent = g.title; });
  });
  root.querySelector('.reset').addEventListener('click', function () { zoom(null); });
  root.querySelector('.search').addEventListener('click', search);
  keys.addEventListener('keydown', function (e) {
    if (e.key === 'Escape') zoom(null);
    else if (e.key === 'Enter' && document.activeElement.classList.contains('f')) zoom(document.activeElement);
    else if ((e.ctrlKey || e.metaKey) && e.key === 'f') { e.preventDefault(); search(); }
  });
  draw(null);
})();
`;
