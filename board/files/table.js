// The table of all runs.

import {h, replace} from "../web/dom.js";
import {address} from "./api.js";
import {board, notes, runs, watch} from "./live.js";
import {count, duration, figure, link, progress, stateClass, stateHelp} from "./format.js";
import {sparkline} from "./spark.js";
import {runMenu} from "./actions.js";

// columns are the headings, with the value by which each sorts.
const columns = [
	{key: "name", text: "Run", value: (r) => r.id.toLowerCase()},
	{key: "state", text: "State", value: (r) => r.state},
	{key: "progress", text: "Progress", value: (r) => progress(r).part},
	{key: "loss", text: "Losses"},
	{key: "best", text: "Best figure", value: (r) => r.best?.value ?? -Infinity},
	{key: "speed", text: "Speed", value: (r) => r.speed ?? 0},
	{key: "begun", text: "Begun", value: (r) => r.begun},
];

// chosen are the ids of the runs to compare. They stay while other pages are shown.
export const chosen = new Set();
const state = {sort: "begun", down: true, text: "", state: ""};

export function tableView() {
	const rows = new Map(); // id -> {row, element}
	const body = h("tbody");
	const heads = new Map();
	const head = h("tr", {}, h("th", {scope: "col"}, h("span", {class: "only-read"}, "Compare")), h("th", {scope: "col"}, h("span", {class: "only-read"}, "Samples")));
	for (const c of columns) {
		const th = h("th", {scope: "col", class: `c-${c.key}`}, c.value ? h("button", {type: "button", onclick: () => sortBy(c.key)}, c.text) : c.text);
		heads.set(c.key, th);
		head.append(th);
	}
	head.append(h("th", {scope: "col"}, h("span", {class: "only-read"}, "Actions")));
	const table = h("table", {class: "runs"}, h("caption", {class: "only-read"}, "All runs"), h("thead", {}, head), body);

	const search = h("input", {
		type: "search", placeholder: "Name, recipe, data or tag", "aria-label": "Filter", value: state.text,
		oninput: () => { state.text = search.value; arrange(); },
	});
	const states = h("select", {"aria-label": "State", onchange: () => { state.state = states.value; arrange(); }},
		h("option", {value: ""}, "Every state"), Object.keys(stateHelp).map((s) => h("option", {value: s}, s)));
	states.value = state.state;
	const order = h("select", {"aria-label": "Order", class: "narrow", onchange: () => { state.sort = ""; sortBy(order.value); }},
		columns.filter((c) => c.value).map((c) => h("option", {value: c.key}, `by ${c.text.toLowerCase()}`)));
	order.value = state.sort;
	const compare = h("a", {class: "button", href: "#/compare"});
	const clear = h("button", {class: "quiet", type: "button", onclick: () => { chosen.clear(); for (const r of rows.values()) r.element.querySelector("input").checked = false; drawChosen(); }}, "Clear");
	const tools = h("div", {class: "row tools"}, search, states, order, compare, clear);
	const summary = h("p", {class: "soft", role: "status"});
	const problems = h("div", {class: "stack"});
	const empty = h("div", {class: "panel empty"});
	const box = h("div", {class: "panel flush"}, table);

	function sortBy(key) {
		state.down = state.sort === key ? !state.down : key === "begun" || key === "best" || key === "progress" || key === "speed";
		state.sort = key;
		arrange();
	}

	function drawChosen() {
		for (const id of chosen) if (!runs.has(id)) chosen.delete(id);
		compare.textContent = chosen.size ? `Compare ${chosen.size}` : "Compare";
		compare.href = `#/compare?${new URLSearchParams([...chosen].map((id) => ["id", id]))}`;
		compare.classList.toggle("main", chosen.size > 1);
		clear.hidden = chosen.size === 0;
	}

	// matches says whether a run has every word of the filter.
	function matches(row) {
		if (state.state && row.state !== state.state) return false;
		const text = [row.id, row.recipe, row.data, row.state, row.word?.failure ?? "", row.word?.title ?? "", ...row.tags].join(" ").toLowerCase();
		return state.text.toLowerCase().split(/\s+/).every((word) => text.includes(word));
	}

	// arrange sorts and filters the rows. Rows move only when their order changes.
	function arrange() {
		const column = columns.find((c) => c.key === state.sort);
		const all = [...rows.values()].filter((r) => matches(r.row));
		const sign = state.down ? -1 : 1;
		all.sort((a, b) => {
			const x = column.value(a.row), y = column.value(b.row);
			return ((x < y ? -1 : x > y ? 1 : 0) || (a.row.id < b.row.id ? -1 : 1)) * sign;
		});
		const elements = all.map((r) => r.element);
		const present = body.children;
		if (elements.length !== present.length || elements.some((e, i) => e !== present[i])) body.replaceChildren(...elements);
		for (const [key, th] of heads) {
			if (key === state.sort) th.setAttribute("aria-sort", state.down ? "descending" : "ascending");
			else th.removeAttribute("aria-sort");
		}
		order.value = state.sort;
		let training = 0;
		for (const r of rows.values()) if (r.row.state === "training") training++;
		summary.textContent = `${count(rows.size)} ${rows.size === 1 ? "run" : "runs"}${training ? `, ${training} training` : ""}` +
			(all.length < rows.size ? `; ${all.length} shown` : "");
		tools.hidden = rows.size === 0;
		box.hidden = all.length === 0;
		empty.hidden = all.length > 0;
		if (rows.size === 0) {
			replace(empty, h("h2", {}, `No runs in ${board.dir} yet`), board.first && [h("p", {}, "This command, in another terminal, trains the first one. It appears here as soon as it begins."), h("p", {}, h("code", {}, board.first))],
				board.training && h("p", {}, h("a", {class: "button main", href: "#/train"}, "Train here")));
		} else {
			replace(empty, h("p", {}, "No run has these words and this state."));
		}
	}

	function update(ids) {
		for (const id of ids) {
			const row = runs.get(id);
			const have = rows.get(id);
			if (!row) {
				have?.element.remove();
				rows.delete(id);
			} else if (have) {
				have.row = row;
				fill(have.element, row);
			} else {
				const element = h("tr");
				fill(element, row);
				rows.set(id, {row, element});
			}
		}
		arrange();
		drawChosen();
	}

	function fill(element, row) {
		if (element.querySelector(":popover-open")) return; // its menu is open: the next change draws it
		const open = document.activeElement && element.contains(document.activeElement) ? document.activeElement.dataset.key : "";
		replace(element, cells(row, drawChosen));
		if (open) element.querySelector(`[data-key="${open}"]`)?.focus({preventScroll: true});
	}

	function drawNotes() {
		replace(problems, notes.map((text) => h("p", {class: "notice warn"}, text)));
	}

	const stops = [watch("change", update), watch("notes", drawNotes)];
	update([...runs.keys()]);
	drawNotes();
	return {
		title: "Runs",
		close: () => stops.forEach((stop) => stop()),
		elements: h("div", {class: "stack"},
			h("div", {class: "row spread"}, h("div", {}, h("h1", {}, "Runs"), summary),
				tools),
			problems, box, empty),
	};
}

// cells returns the cells of a run. A narrow page shows them as a card.
function cells(row, changed) {
	const p = progress(row);
	const box = h("input", {
		type: "checkbox", "data-key": "box", "aria-label": `Compare ${row.name}`, onchange: () => {
			if (box.checked) chosen.add(row.id);
			else chosen.delete(row.id);
			changed();
		},
	});
	box.checked = chosen.has(row.id);
	const thumb = row.thumb
		? h("a", {href: link(row.id), tabindex: -1, "aria-hidden": "true"}, h("img", {class: "thumb", loading: "lazy", alt: "", width: 64, height: 64, src: address("api/thumb", {id: row.id, v: row.thumb})}))
		: h("span", {class: "thumb none"});
	return [
		h("td", {class: "c-box"}, box),
		h("td", {class: "c-thumb"}, thumb),
		h("td", {class: "c-name"},
			h("a", {class: "name", href: link(row.id), "data-key": "name"}, row.name),
			h("div", {class: "under"}, row.folder && h("span", {}, `${row.folder}/`), row.recipe && h("span", {}, row.recipe), row.data && h("span", {}, row.data),
				row.tags.map((tag) => h("span", {class: "tag"}, tag))),
			row.errors?.map((text) => h("div", {class: "bad small"}, text))),
		h("td", {class: "c-state"}, h("span", {class: `state ${stateClass[row.state]}`, title: stateHelp[row.state]}, row.state),
			row.word && h("div", {class: `small ${row.word.over ? "soft" : "warn"}`, title: row.word.why}, row.word.over
				? `${row.word.healed ? "healed" : "earlier"}: ${row.word.title}` : `${row.word.title}, ${row.word.confidence}`)),
		h("td", {class: "c-progress"}, h("progress", {max: 1, value: p.part, "aria-label": "Progress"}), h("div", {class: "small"}, p.text,
			row.left !== null && row.state === "training" && h("span", {class: "soft"}, ` · ${duration(row.left)} left`))),
		h("td", {class: "c-loss"}, sparkline(row.spark)),
		h("td", {class: "c-best"}, row.best && [h("b", {}, figure(row.best.value)), h("div", {class: "small soft"}, row.best.figure,
			row.best.baseline !== undefined && ` · real ${figure(row.best.baseline)}`)]),
		h("td", {class: "c-speed"}, row.speed > 0 && [`${count(row.speed)}/s`, h("div", {class: "small soft"}, duration(row.seconds))]),
		h("td", {class: "c-begun soft"}, row.begun > 0 && h("time", {class: "small"}, new Date(row.begun).toLocaleString(undefined, {month: "short", day: "numeric", hour: "2-digit", minute: "2-digit"}))),
		h("td", {class: "c-menu"}, runMenu(row)),
	];
}
