// The journal of a run as a table, the newest line first, and the messages of its process.

import {h, replace} from "../web/dom.js";
import {get} from "./api.js";
import {count, duration, figure, kimg} from "./format.js";

export function logTab(id, page, row) {
	const table = h("div", {class: "scroll"}), problem = h("p", {class: "notice bad", hidden: true});
	const raw = h("input", {type: "checkbox", onchange: () => draw()});
	const older = h("button", {type: "button", onclick: () => more()}, "Older lines");
	const messages = h("div", {class: "stack"});
	let lines = [], start = 0, closed = false, ticks = row.ticks;

	async function load() {
		try {
			const part = await get("api/log", {id});
			if (closed) return;
			if (part.end < start || part.size === 0) lines = []; // the run was resumed from before
			lines = part.lines.length && lines.length && part.start <= seenEnd ? [...lines.slice(0, Math.max(0, lines.length - overlap(part))), ...part.lines] : part.lines;
			if (lines.length === part.lines.length) start = part.start;
			seenEnd = part.end;
			problem.hidden = true;
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
		draw();
		loadMessages();
	}
	let seenEnd = 0;

	// overlap returns how many of the last lines are in part, too.
	function overlap(part) {
		for (let n = Math.min(lines.length, part.lines.length); n > 0; n--) {
			if (lines.at(-1) === part.lines[n - 1] && lines.at(-n) === part.lines[0]) return n;
		}
		return 0;
	}

	async function more() {
		try {
			const part = await get("api/log", {id, end: start});
			lines = [...part.lines, ...lines];
			start = part.start;
		} catch (error) {
			problem.textContent = error.message;
			problem.hidden = false;
		}
		draw();
	}

	async function loadMessages() {
		try {
			const jobs = await get("api/trainings");
			if (closed) return;
			const ours = jobs.filter((j) => j.pid === row.pid || j.output.includes(row.name));
			replace(messages, ours.map((j) => h("section", {class: "panel stack"}, h("h2", {}, `Messages of process ${j.pid}`),
				j.failed && h("p", {class: "notice bad"}, `It ended: ${j.failed}`), h("pre", {class: "messages"}, clean(j.output)))));
		} catch { /* the board does not train */ }
	}

	function draw() {
		older.hidden = start === 0;
		const parsed = lines.map((text) => {
			try {
				return {text, record: JSON.parse(text)};
			} catch {
				return {text, record: null};
			}
		}).reverse();
		if (!parsed.length) {
			replace(table, h("p", {class: "empty"}, "The journal has no line yet."));
			return;
		}
		if (raw.checked) {
			replace(table, h("pre", {class: "messages"}, parsed.map((l) => `${l.text}\n`)));
			return;
		}
		const names = new Map(); // heading -> how to read it
		for (const {record} of parsed) {
			for (const [group, label] of [["losses", "loss of "], ["statistics", ""], ["gradient_norms", "norm of "]]) {
				for (const name of Object.keys(record?.[group] ?? {})) names.set(label + name, (r) => r[group]?.[name]);
			}
		}
		const columns = [...names].slice(0, 12);
		replace(table, h("table", {class: "log"},
			h("thead", {}, h("tr", {}, ["step", "kimg", "time", "per second", ...columns.map(([n]) => n), "measures"].map((t) => h("th", {scope: "col", class: "number"}, t)))),
			h("tbody", {}, parsed.map(({text, record}) => record && typeof record.step === "number"
				? h("tr", {}, [count(record.step), kimg(record.kimg), duration(record.seconds), count(record.samples_per_s ?? 0),
					...columns.map(([, read]) => cell(read(record)))].map((t) => h("td", {class: "number"}, t)), h("td", {class: "number"}, measures(record)))
				: h("tr", {}, h("td", {colspan: columns.length + 5, class: "bad"}, record ? text : `This line is damaged: ${text.slice(0, 200)}`))))));
	}

	load();
	return {
		element: h("div", {class: "stack"}, h("section", {class: "panel stack"}, h("div", {class: "row spread"}, h("h2", {}, "Journal"), h("label", {}, raw, "As JSON")), problem, table, h("div", {}, older)), messages),
		change(next, nextRow) {
			row = nextRow;
			if (row.ticks === ticks) return;
			ticks = row.ticks;
			load();
		},
		close: () => { closed = true; },
	};
}

function cell(v) {
	if (v === undefined) return "";
	return typeof v === "number" ? figure(v) : h("span", {class: "bad"}, String(v));
}

function measures(record) {
	return (record.measures ?? []).flatMap((m) => (m?.values ?? []).slice(0, 2).map((v) => `${v.name} ${typeof v.value === "number" ? figure(v.value) : v.value}`)).join(", ");
}

// clean removes the movements of the cursor from the messages of a terminal.
function clean(text) {
	return text.split("\n").map((line) => line.split("\r").at(-1)).join("\n").replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "");
}
