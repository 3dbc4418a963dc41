// The calculator page, kept up to date while one types. Without this script a button does the same.
"use strict";

function startCalculator() {
	const PAUSE = 250;
	const LATE = 500;
	const form = document.getElementById("calculator");
	const work = document.getElementById("work");
	if (!form || !work) return;
	document.documentElement.classList.add("scripted");
	let timer = 0;
	let running = null;
	let sent = new Map();

	const id = (name) => document.getElementById(name);

	function query(extra) {
		const fields = new URLSearchParams(new FormData(form));
		if (extra) fields.append(extra.name, extra.value);
		return fields;
	}

	async function asked(extra) {
		running?.abort();
		running = new AbortController();
		sent = typed();
		const reply = await fetch(`${form.getAttribute("action")}?${query(extra)}`, {
			headers: { "X-Part": "work" },
			signal: running.signal,
		});
		if (!reply.ok) throw new Error(String(reply.status));
		return new DOMParser().parseFromString(await reply.text(), "text/html");
	}

	const typed = () => new Map([...work.querySelectorAll(".award input[id]")].map((each) => [each.id, each.value]));

	// What was typed while the server drew the form anew is put back into it, the cursor too.
	function replaceWork(drawn) {
		const late = [...typed()].filter(([name, value]) => sent.has(name) && sent.get(name) !== value);
		const { id: focused, selectionStart, selectionEnd } = document.activeElement ?? {};
		const inside = work.contains(document.activeElement);
		work.replaceChildren(...drawn.body.childNodes);
		for (const [name, value] of late) if (id(name)) id(name).value = value;
		if (inside && focused && id(focused)) {
			id(focused).focus();
			if (selectionStart != null) id(focused).setSelectionRange(selectionStart, selectionEnd);
		}
		if (late.length) timer = setTimeout(update, PAUSE);
	}

	// The fields of a form are the same when only what was typed differs.
	const fieldsOf = (root) =>
		[...root.querySelectorAll(".award [name]")].map((field) => field.id || field.name).join("|");

	function settle(drawn, anew) {
		if (anew || fieldsOf(drawn) !== fieldsOf(work)) {
			replaceWork(drawn);
		} else {
			for (const part of drawn.querySelectorAll("[data-live]")) {
				const shown = id(part.id);
				if (!shown || shown.isEqualNode(part)) continue;
				shown.className = part.className;
				shown.replaceChildren(...part.childNodes);
			}
			for (const field of drawn.querySelectorAll(".award input[id]")) {
				id(field.id)?.toggleAttribute("aria-invalid", false);
				if (field.hasAttribute("aria-invalid")) id(field.id)?.setAttribute("aria-invalid", "true");
			}
			const address = drawn.getElementById("address");
			if (address && id("address")) id("address").value = address.value;
		}
		const count = drawn.querySelector(".picked-count") ?? work.querySelector(".picked-count");
		if (count && id("picked")) id("picked").textContent = count.textContent;
		ready();
		if (form.dataset.embedded === undefined) history.replaceState(null, "", id("address")?.value ?? form.getAttribute("action"));
	}

	function lost(gone) {
		let line = id("lost");
		if (!gone) return line?.remove();
		if (line) return;
		line = document.createElement("p");
		line.id = "lost";
		line.className = "error";
		line.setAttribute("role", "alert");
		line.textContent = form.dataset.lost;
		work.prepend(line);
	}

	async function update({ extra, anew } = {}) {
		clearTimeout(timer);
		const late = setTimeout(() => form.classList.add("late"), LATE);
		try {
			const drawn = await asked(extra);
			lost(false);
			settle(drawn, anew);
			return true;
		} catch (error) {
			if (error.name === "AbortError") return false;
			lost(true);
			return false;
		} finally {
			clearTimeout(late);
			form.classList.remove("late");
		}
	}

	function ready() {
		if (id("address")) id("address").value = new URL(id("address").value, location.href).href;
		for (const button of form.querySelectorAll(".copy, .print")) button.hidden = false;
	}

	form.addEventListener("input", (event) => {
		if (event.isComposing || !event.target.closest(".award")) return;
		clearTimeout(timer);
		timer = setTimeout(update, PAUSE);
	});
	form.addEventListener("compositionend", (event) => {
		if (!event.target.closest(".award")) return;
		clearTimeout(timer);
		timer = setTimeout(update, PAUSE);
	});
	form.addEventListener("change", (event) => {
		if (event.target.name === "award") {
			const key = event.target.value;
			update({ anew: true }).then((done) => {
				if (done && event.target.checked) id(key)?.scrollIntoView({ block: "nearest" });
			});
		}
	});
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const pressed = event.submitter;
		if (!pressed?.name) return update();
		const { name, value } = pressed;
		if (name === "without") {
			const box = [...form.querySelectorAll("[name=award]")].find((each) => each.value === value);
			if (box) box.checked = false;
			if (await update({ anew: true })) (work.querySelector(".remove") ?? form.querySelector(".picker > summary")).focus();
		} else if (await update({ extra: { name, value }, anew: true })) {
			const field = name === "more" ? value : value.slice(0, value.lastIndexOf(":"));
			const rows = [...work.querySelectorAll("input")].filter((each) => each.name === field);
			rows.at(-1)?.focus();
		}
	});
	form.addEventListener("click", async (event) => {
		if (event.target.closest(".print")) window.print();
		if (event.target.closest(".done")) {
			picker.open = false;
			(work.querySelector(".award input") ?? picker.querySelector("summary")).focus();
		}
		const copy = event.target.closest(".copy");
		if (!copy) return;
		const address = id("address").value;
		try {
			await navigator.clipboard.writeText(address);
		} catch {
			id("address").select();
			document.execCommand("copy");
		}
		copy.textContent = copy.dataset.done;
	});

	// Filtering the list of awards
	const filter = form.querySelector(".filter");
	const picker = form.querySelector(".picker");
	const choices = [...form.querySelectorAll(".picker .choice")];
	if (filter && choices.length > 12) {
		filter.hidden = false;
		const box = filter.querySelector("input");
		const said = filter.querySelector("[role=status]");
		box.addEventListener("input", () => {
			const words = box.value.trim().toLowerCase();
			let found = 0;
			for (const clause of picker.querySelectorAll(".clause")) {
				const own = clause.querySelector(".of").textContent.toLowerCase().includes(words);
				let shown = 0;
				for (const choice of clause.querySelectorAll(".choice")) {
					const fits = own || choice.textContent.toLowerCase().includes(words);
					choice.hidden = !fits;
					shown += fits;
				}
				clause.hidden = !shown;
				found += shown;
			}
			for (const group of picker.querySelectorAll(".group")) {
				group.hidden = !group.querySelector(".clause:not([hidden])");
				if (words) group.open = true;
			}
			said.textContent = found ? "" : said.dataset.none;
		});
		box.addEventListener("keydown", (event) => {
			if (event.key === "Enter") event.preventDefault();
		});
	}
	if (picker && matchMedia("(width >= 64rem)").matches) picker.open = true;
	ready();
}
startCalculator();
