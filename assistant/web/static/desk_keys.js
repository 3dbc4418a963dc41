// The desk's keys: moving through the list below the box, and the shortcuts of the whole page.

// The list is a listbox owned by the box: the focus stays in the box, `aria-activedescendant` moves.
export function listKeys(box, hits) {
	box.setAttribute("role", "combobox");
	box.setAttribute("aria-autocomplete", "list");
	box.setAttribute("aria-haspopup", "listbox");
	let at = -1;
	const options = () => [...(hits()?.children ?? [])];

	function choose(next, shown = true) {
		const all = options();
		at = all.length ? Math.max(0, Math.min(next, all.length - 1)) : -1;
		all.forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
		if (at < 0) box.removeAttribute("aria-activedescendant");
		else {
			box.setAttribute("aria-activedescendant", all[at].id);
			if (shown) all[at].scrollIntoView({ block: "nearest" });
		}
	}
	function current(place) {
		for (const option of options()) option.classList.toggle("current", option.dataset.place === place);
	}
	return {
		renew(place) {
			box.setAttribute("aria-expanded", String(options().length > 0));
			if (options().length) box.setAttribute("aria-controls", "hits");
			else box.removeAttribute("aria-controls");
			choose(0, false); // the page must not move while one types
			current(place);
		},
		current,
		move: (by) => choose(at + by),
		chosen: () => options()[at]?.dataset.place ?? "",
	};
}

const SINGLE = "policy-assistant-desk-single-keys";

// Function keys and Ctrl+Enter work everywhere; single characters only outside of fields, and can be
// switched off (WCAG 2.1.4).
export function shortcuts(does) {
	const single = document.getElementById("single-keys");
	try {
		single.checked = localStorage.getItem(SINGLE) !== "off";
		single.addEventListener("change", () => localStorage.setItem(SINGLE, single.checked ? "on" : "off"));
	} catch {
		single.checked = true; // a browser that keeps nothing
	}
	const inField = (element) => element.matches?.("input:not([type=radio], [type=checkbox]), textarea, select");
	const pressed = (event) =>
		`${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.key}`;

	const everywhere = {
		F2: does.copy,
		F4: does.figures,
		F8: does.note,
		"Shift+F8": does.log,
		Escape: does.toBox,
	};
	const inBox = {
		ArrowDown: () => does.list.move(1),
		ArrowUp: () => does.list.move(-1),
		Enter: does.open,
		"Ctrl+Enter": does.ask,
		Escape: does.clear,
	};
	const alone = { "/": does.toBox, "?": does.keys, "？": does.keys };

	document.addEventListener("keydown", (event) => {
		if (event.isComposing || event.keyCode === 229) return;
		const key = pressed(event);
		if (does.dialogOpen()) {
			if (key === "Ctrl+Enter" && does.noteOpen()) {
				event.preventDefault();
				does.save();
			}
			return;
		}
		const target = event.target;
		const free = !inField(target) || (target === does.box && !target.value && key !== "/");
		const action =
			(target === does.box && inBox[key]) || everywhere[key] || (single.checked && free && alone[key]);
		if (!action || (event.repeat && !key.startsWith("Arrow"))) return;
		event.preventDefault();
		action();
	});
}
