// The script of the page: search, the diagram, and highlighted SQL. The page can be read without it.
'use strict';
{
  const items = [...document.querySelectorAll('.item')];
  const diagram = document.querySelector('#diagram');
  const svg = diagram?.querySelector('svg');
  const boxes = [...(svg?.querySelectorAll('.box') ?? [])];

  /** Leads to an article, which gets the focus. */
  const goTo = (item) => {
    item.hidden = false;
    if (item instanceof HTMLDetailsElement) item.open = true;
    (item.querySelector('summary') ?? item).focus({ preventScroll: true });
    item.scrollIntoView({ block: 'start' });
  };

  // Search ----------------------------------------------------------------------------------------------------------

  const search = document.querySelector('#search');
  const found = document.querySelector('#found');
  const texts = new WeakMap();
  const textOf = (item) => {
    if (!texts.has(item)) texts.set(item, item.textContent.toLowerCase());
    return texts.get(item);
  };
  const kindOf = (box) => ['table', 'view', 'enum'].find((kind) => box.classList.contains(kind));

  const showMatches = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const isMatch = (item) => words.every((word) => textOf(item).includes(word));
    const matching = items.filter(isMatch);
    const names = new Set(matching.map(({ dataset }) => `${dataset.kind} ${dataset.name}`));
    for (const item of items) item.hidden = words.length > 0 && !isMatch(item);
    for (const box of boxes) box.classList.toggle('matches', names.has(`${kindOf(box)} ${box.dataset.name}`));
    diagram?.classList.toggle('searching', words.length > 0);
    const revisions = matching.filter((item) => item.dataset.kind === 'revision').length;
    found.value =
      words.length === 0
        ? ''
        : `${matching.length - revisions} in the schema, ${revisions} ${revisions === 1 ? 'revision' : 'revisions'}`;
    return matching;
  };

  /** The name itself comes before what has the words anywhere. */
  const best = (matching) => {
    const wanted = search.value.trim().toLowerCase();
    const named = (test) => matching.find(({ dataset }) => test(dataset.name.toLowerCase()));
    return named((name) => name === wanted) ?? named((name) => name.startsWith(wanted)) ?? matching[0];
  };

  search.addEventListener('input', showMatches);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') search.value = '';
    const matching = showMatches();
    if (event.key !== 'Enter' || search.value.trim() === '' || matching.length === 0) return;
    // The same key would close the revision that has the focus by then.
    event.preventDefault();
    goTo(best(matching));
  });
  document.addEventListener('click', (event) => {
    const place = event.target.closest('a[href^="#revision-"]')?.getAttribute('href').slice(1);
    const item = place && document.getElementById(place);
    if (item) goTo(item);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.target.matches('input') || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    search.focus();
  });

  // Diagram ---------------------------------------------------------------------------------------------------------

  if (diagram && svg) {
    const whole = svg.getAttribute('viewBox').split(' ').map(Number);
    let view = [...whole];
    const show = () => svg.setAttribute('viewBox', view.join(' '));
    /** How many units of the drawing are one pixel. */
    const scale = () => Math.max(view[2] / svg.clientWidth, view[3] / svg.clientHeight);
    const move = (x, y) => {
      view = [view[0] - x * scale(), view[1] - y * scale(), view[2], view[3]];
      show();
    };
    /** Around the middle, or around a place on the screen, which then stays where it is. */
    const zoom = (factor, place) => {
      const width = Math.min(Math.max(view[2] * factor, 120), whole[2] * 2);
      const by = width / view[2];
      const { left, top } = svg.getBoundingClientRect();
      const x = ((place?.clientX ?? left + svg.clientWidth / 2) - left - svg.clientWidth / 2) * scale();
      const y = ((place?.clientY ?? top + svg.clientHeight / 2) - top - svg.clientHeight / 2) * scale();
      const [middleX, middleY] = [view[0] + view[2] / 2 + x * (1 - by), view[1] + view[3] / 2 + y * (1 - by)];
      view = [middleX - width / 2, middleY - (view[3] * by) / 2, width, view[3] * by];
      show();
    };
    const fit = () => {
      view = [...whole];
      show();
    };
    const KEYS = {
      ArrowLeft: () => move(60, 0),
      ArrowRight: () => move(-60, 0),
      ArrowUp: () => move(0, 60),
      ArrowDown: () => move(0, -60),
      '+': () => zoom(0.8),
      '=': () => zoom(0.8),
      '-': () => zoom(1.25),
      0: fit,
    };
    const BUTTONS = { in: () => zoom(0.8), out: () => zoom(1.25), fit };

    svg.removeAttribute('width');
    svg.removeAttribute('height');
    diagram.style.aspectRatio = `${whole[2]} / ${whole[3]}`;
    for (const button of document.querySelectorAll('[data-zoom]'))
      button.addEventListener('click', BUTTONS[button.dataset.zoom]);
    diagram.addEventListener('keydown', (event) => {
      const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : KEYS[event.key];
      if (!act) return;
      event.preventDefault();
      act();
    });
    diagram.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        zoom(event.deltaY > 0 ? 1.1 : 1 / 1.1, event);
      },
      { passive: false },
    );

    const pointers = new Map();
    let moved = 0;
    const distance = () => {
      const [one, other] = [...pointers.values()];
      return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
    };
    diagram.addEventListener('pointerdown', (event) => {
      pointers.set(event.pointerId, event);
      if (pointers.size === 1) moved = 0;
    });
    diagram.addEventListener('pointermove', (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const apart = pointers.size === 2 ? distance() : 0;
      pointers.set(event.pointerId, event);
      const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
      moved += Math.abs(x) + Math.abs(y);
      // From here on a drag goes on outside of the diagram; a click has to reach the box.
      if (moved > 4) diagram.setPointerCapture(event.pointerId);
      if (pointers.size === 1) move(x, y);
      if (pointers.size === 2 && distance() > 0) zoom(apart / distance());
    });
    for (const end of ['pointerup', 'pointercancel', 'pointerleave'])
      diagram.addEventListener(end, (event) => pointers.delete(event.pointerId));
    diagram.addEventListener('click', (event) => {
      const box = event.target.closest('.box');
      if (!box || moved > 4) return;
      const item = items.find(
        ({ dataset }) => dataset.name === box.dataset.name && dataset.kind === kindOf(box),
      );
      if (item) goTo(item);
    });
  }

  // SQL -------------------------------------------------------------------------------------------------------------

  const TOKENS =
    /(--[^\n]*|\/\*[^]*?\*\/)|('(?:[^']|'')*')|("(?:[^"]|"")*")|(\b\d+(?:\.\d+)?\b)|([A-Za-z_]\w*)/g;
  const WORDS = new Set(
    `ACCESS ADD ALL ALTER AND ANY ARRAY AS ASC ATTACH BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLLATE COLUMN COMMENT COMMIT
    CONCURRENTLY CONFLICT CONSTRAINT CREATE CURRENT_TIMESTAMP DATABASE DEFAULT DEFERRABLE DEFERRED DELETE DESC DETACH
    DECLARE DISTINCT DO DOMAIN DROP ELSE END ENUM EXCEPTION EXCLUDE EXCLUSIVE EXECUTE EXISTS EXTENSION FALSE FIRST FOR FOREIGN FROM FUNCTION
    GENERATED GRANT GROUP HAVING IDENTITY IF IMMEDIATE IN INCLUDE INDEX INITIALLY INSERT INTO IS JOIN KEY LANGUAGE LAST
    LEFT LIMIT LOCAL LOCK LOOP MATERIALIZED MODE NO NOT NULL NULLS OF ON ONLY OR ORDER PARTITION PERFORM PRAGMA PRIMARY PROCEDURE RAISE
    RANGE REFERENCES RENAME REPLACE RESTRICT RETURN RETURNING RETURNS REVOKE ROW SCHEMA SELECT SEQUENCE SET SHARE STORED TABLE
    TEMPORARY THEN TO TRANSACTION TRIGGER TRUE TRUNCATE TYPE UNION UNIQUE UPDATE USING VALID VALIDATE VALUE VALUES VIEW
    WHEN WHERE WITH WITHOUT`.split(/\s+/),
  );

  const highlight = (code) => {
    const text = code.textContent;
    const parts = [];
    let at = 0;
    for (const match of text.matchAll(TOKENS)) {
      const [token, remark, quoted, , digit, word] = match;
      const kind = remark
        ? 'remark'
        : quoted
          ? 'text'
          : digit
            ? 'digit'
            : word && WORDS.has(word.toUpperCase())
              ? 'word'
              : undefined;
      if (!kind) continue;
      const span = document.createElement('span');
      span.className = kind;
      span.textContent = token;
      parts.push(text.slice(at, match.index), span);
      at = match.index + token.length;
    }
    code.replaceChildren(...parts, text.slice(at));
  };

  /** What is closed is highlighted when it opens: several hundred revisions need no time before. */
  for (const details of document.querySelectorAll('details'))
    details.addEventListener(
      'toggle',
      () => {
        for (const code of details.querySelectorAll('.sql code')) highlight(code);
      },
      { once: true },
    );
  for (const code of document.querySelectorAll('article .sql code')) highlight(code);
}
