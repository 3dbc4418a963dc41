// The policy page: moves between hits without a reload and keeps the contents in step.
// Without this script the links do the same.
"use strict";

(() => {
	const main = document.querySelector("main.policy");
	if (!main) return;
	const id = (name) => document.getElementById(name);
	const read = (hash) => {
		try {
			return decodeURIComponent(hash.slice(1));
		} catch {
			return hash.slice(1);
		}
	};
	const wanted = () => read(location.hash);

	// A bare /policy#… may name a clause of another policy.
	function elsewhere() {
		const name = wanted();
		if (!name || id(name)) return false;
		const others = main.dataset.policies.split(" ").filter((each) => name.startsWith(`${each}-`));
		const best = others.sort((a, b) => b.length - a.length)[0];
		if (!best || best === main.dataset.policy) return false;
		location.replace(`${location.pathname}?policy=${encodeURIComponent(best)}${location.hash}`);
		return true;
	}
	addEventListener("hashchange", elsewhere);
	if (elsewhere()) return;

	const print = main.querySelector(".print");
	print.hidden = false;
	print.addEventListener("click", () => window.print());

	// Quoted words come into view, within their clause if it is the one addressed.
	const quoted = (id(wanted()) ?? main).querySelector("mark.quoted");
	if (quoted) quoted.scrollIntoView({ block: "center" });

	// From hit to hit
	const moves = main.querySelector(".results nav");
	if (moves) {
		const count = Number(moves.dataset.count);
		let at = Number(moves.dataset.at);
		const show = (focused) => {
			for (const mark of main.querySelectorAll("mark.current")) mark.classList.remove("current");
			const first = id(`hit-${at}`);
			if (!first) return;
			for (let mark = first; mark; mark = next(mark)) mark.classList.add("current");
			id("at").textContent = id("at").dataset.form.replace("{at}", at);
			first.scrollIntoView({ block: "center" });
			const address = new URL(location.href);
			address.searchParams.set("at", at);
			address.hash = "";
			if (focused) history.replaceState(null, "", address);
		};
		const next = (mark) => {
			const after = mark.nextSibling;
			return after?.nodeName === "MARK" && after.classList.contains("hit") && !after.id ? after : null;
		};
		const step = (by) => {
			at = ((at - 1 + by + count) % count) + 1;
			show(true);
		};
		moves.addEventListener("click", (event) => {
			const by = Number(event.target.dataset?.step);
			if (!by || event.ctrlKey || event.metaKey || event.shiftKey) return;
			event.preventDefault();
			step(by);
		});
		const box = id("find");
		box.form.addEventListener("submit", (event) => {
			if (box.value.trim().split(/\s+/).join(" ") !== box.defaultValue) return;
			event.preventDefault();
			step(1);
		});
		if (!wanted()) show(false);
	}

	for (const link of main.querySelectorAll(".contents.folded a"))
		link.addEventListener("click", () => (link.closest("details").open = false));

	// Where one reads, in the contents
	const links = new Map(
		[...main.querySelectorAll(".contents.spread a")].map((link) => [
			read(link.hash),
			link,
		]),
	);
	const seen = new Set();
	const watch = new IntersectionObserver(
		(entries) => {
			for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
			const first = [...links.keys()].find((name) => seen.has(name));
			if (!first) return;
			for (const [name, link] of links) {
				if (name === first) link.setAttribute("aria-current", "location");
				else link.removeAttribute("aria-current");
			}
		},
		{ rootMargin: "-80px 0px -55% 0px" },
	);
	for (const clause of main.querySelectorAll(".clause")) watch.observe(clause);
})();
