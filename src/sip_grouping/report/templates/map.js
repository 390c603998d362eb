// The map: filters, what a mark is, magnification. Nothing here holds or makes text of its own.
(() => {
  'use strict';
  const map = document.getElementById('map');
  if (!map) return;
  const svg = map.querySelector('svg.main');
  const all = selector => [...map.querySelectorAll(selector)];

  // Filters: what says nothing of a filter is not its business.
  const boxes = all('input[data-by]');
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const filtered = all('[data-theme], [data-left]');
  const stacks = all('.stack');
  const signOf = stack => stack.querySelector('.sign');
  function filter() {
    const wanted = {};
    for (const box of boxes) {
      wanted[box.dataset.by] ??= new Set();
      if (box.checked) wanted[box.dataset.by].add(box.value);
    }
    const sizes = new Map();
    for (const one of filtered) {
      const on = Object.entries(wanted).every(
        ([by, values]) => one.dataset[by] === undefined || values.has(one.dataset[by]));
      one.classList.toggle('off', !on);
      if (on && one.dataset.g) sizes.set(one.dataset.g, Number(one.dataset.size));
    }
    const members = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    // A stack says how many of its groups are shown, and goes with the last of them.
    for (const stack of stacks) {
      const count = stack.querySelectorAll('.place:not(.off)').length, sign = signOf(stack);
      sign.querySelector('text').textContent = number.format(count);
      sign.setAttribute('aria-label', `${stack.dataset.lead} ${number.format(count)}`);
      stack.classList.toggle('off', count === 0);
    }
    const total = {groups: sizes.size, members};
    for (const [what, count] of Object.entries(total)) {
      const place = map.querySelector(`[data-count="${what}"]`);
      if (place) place.textContent = number.format(count);
    }
  }
  boxes.forEach(box => box.addEventListener('change', filter));
  filter();

  // What a mark is: its own label, beside it and below the map.
  const tip = map.querySelector('.tip');
  const about = map.querySelector('.about');
  const markOf = node => node.closest ? node.closest('[data-mark]') : null;
  function show(mark) {
    const box = mark.querySelector('use').getBoundingClientRect();
    const edge = map.getBoundingClientRect();
    tip.textContent = about.textContent = mark.getAttribute('aria-label');
    tip.hidden = false;
    const sheet = mark.ownerSVGElement === svg ? svg.getBoundingClientRect() : edge;
    const room = sheet.right - edge.left - tip.offsetWidth - 4;
    tip.style.left = `${Math.max(4, Math.min(box.right - edge.left + 8, room))}px`;
    tip.style.top = `${box.top - edge.top - tip.offsetHeight - 6}px`;
    light(mark.dataset.g ?? mark.parentNode.dataset.g);
  }
  function light(group) {
    map.classList.toggle('lit', group !== undefined);
    all('.on').forEach(one => one.classList.remove('on'));
    if (group !== undefined) all(`[data-g="${group}"]`).forEach(one => one.classList.add('on'));
  }
  function hide() {
    tip.hidden = true;
    light(undefined);
  }
  map.addEventListener('pointerover', event => {
    const mark = markOf(event.target);
    if (mark) show(mark);
  });
  map.addEventListener('pointerout', event => {
    if (markOf(event.target)) hide();
  });
  map.addEventListener('focusin', event => {
    const mark = markOf(event.target);
    if (!mark) return;
    // Under a pointer it is in view already, and would slip away from below it.
    if (mark.matches(':focus-visible')) bringIn(mark);
    show(mark);
  });
  map.addEventListener('focusout', hide);

  // A stack of groups is opened and closed by its sign, one at a time.
  function open(wanted) {
    for (const stack of stacks) {
      const opened = stack === wanted;
      stack.classList.toggle('open', opened);
      signOf(stack).setAttribute('aria-expanded', String(opened));
    }
    map.classList.toggle('opened', wanted !== null);
  }
  const opened = () => stacks.find(stack => stack.classList.contains('open')) ?? null;
  function turn(sign) {
    open(opened() === sign.parentNode ? null : sign.parentNode);
  }
  map.addEventListener('click', event => {
    const mark = markOf(event.target);
    if (mark?.matches('.sign')) turn(mark);
    else if (!mark && event.target.closest?.('svg')) open(null);
  });

  // Tab goes from group to group, arrows to the members of one.
  map.addEventListener('keydown', event => {
    const mark = markOf(event.target);
    if (event.key === 'Escape') {
      const stack = opened();
      if (stack?.contains(mark)) signOf(stack).focus();
      open(null);
      hide();
    }
    if (!mark) return;
    if (mark.matches('.sign') && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault();
      turn(mark);
    }
    const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
    if (!step && event.key !== 'Home') return;
    event.preventDefault();
    const group = mark.dataset.g ?? mark.parentNode.dataset.g;
    const chain = group === undefined
      ? [...mark.parentNode.querySelectorAll('[data-mark]')].filter(one => one.getClientRects().length)
      : all(`[data-mark][data-g="${group}"], [data-g="${group}"] > [data-mark]`)
        .sort((one, other) => Number('g' in other.dataset) - Number('g' in one.dataset));
    const at = event.key === 'Home' ? 0 : chain.indexOf(mark) + step;
    chain[(at + chain.length) % chain.length].focus();
  });

  // Magnification: the view box changes, and marks keep their size on the screen.
  const full = svg.viewBox.baseVal;
  const whole = {x: full.x, y: full.y, width: full.width, height: full.height};
  let view = {...whole};
  const zooms = all('[data-zoom]');
  const names = all('[data-since]');
  function look(next) {
    const zoom = Math.min(32, Math.max(1, whole.width / next.width));
    const width = whole.width / zoom, height = whole.height / zoom;
    const within = (at, size, most) => Math.max(0, Math.min(at, most - size));
    view = {
      x: within(next.x, width, whole.width), y: within(next.y, height, whole.height), width, height,
    };
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.width} ${view.height}`);
    size();
  }
  function size() {
    const units = view.width / (svg.clientWidth || whole.width);
    svg.style.setProperty('--k', units);
    svg.classList.toggle('near', view.width < whole.width);
    for (const one of names) one.classList.toggle('off', Number(one.dataset.since) > 1.001 / units);
    for (const one of zooms) {
      one.disabled = view.width === whole.width && Number(one.dataset.zoom) <= 1;
    }
  }
  function around(x, y, factor) {
    const width = view.width / factor, height = view.height / factor;
    look({x: x - (x - view.x) / factor, y: y - (y - view.y) / factor, width, height});
  }
  function spot(event) {
    const box = svg.getBoundingClientRect();
    return [
      view.x + (event.clientX - box.left) / box.width * view.width,
      view.y + (event.clientY - box.top) / box.height * view.height,
    ];
  }
  function bringIn(mark) {
    const at = mark.transform.baseVal[0]?.matrix;
    if (!at || mark.ownerSVGElement !== svg || view.width === whole.width) return;
    look({...view, x: at.e - view.width / 2, y: at.f - view.height / 2});
  }
  zooms.forEach(button => button.addEventListener('click', () => {
    const factor = Number(button.dataset.zoom);
    if (factor === 0) look(whole);
    else around(view.x + view.width / 2, view.y + view.height / 2, factor);
  }));
  all('[data-box]').forEach(button => button.addEventListener('click', () => {
    const [x, y, width, height] = button.dataset.box.split(' ').map(Number);
    const factor = Math.min(whole.width / width, whole.height / height);
    look({
      x: x + width / 2 - whole.width / factor / 2, y: y + height / 2 - whole.height / factor / 2,
      width: whole.width / factor, height: whole.height / factor,
    });
  }));
  svg.addEventListener('dblclick', event => around(...spot(event), event.shiftKey ? 0.5 : 2));
  svg.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    around(...spot(event), event.deltaY < 0 ? 1.25 : 0.8);
  }, {passive: false});
  let held = null;
  svg.addEventListener('pointerdown', event => {
    if (view.width < whole.width) held = {x: event.clientX, y: event.clientY, from: view};
  });
  window.addEventListener('pointermove', event => {
    if (!held) return;
    const units = view.width / svg.clientWidth;
    look({
      ...held.from,
      x: held.from.x - (event.clientX - held.x) * units,
      y: held.from.y - (event.clientY - held.y) * units,
    });
  });
  for (const name of ['pointerup', 'pointercancel']) {
    window.addEventListener(name, () => { held = null; });
  }
  new ResizeObserver(size).observe(svg);
  size();
})();
