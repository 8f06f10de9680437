// The page of a run: samples and curves, latent space, settings, log, downloads.

import {h, replace} from "../web/dom.js";
import {get} from "./api.js";
import {runs, watch} from "./live.js";
import {count, duration, figure, kimg, link, progress, stateClass, stateHelp, when} from "./format.js";
import {actionButtons, editTags} from "./actions.js";
import {overview} from "./overview.js";
import {explorer} from "./explore.js";
import {settingsTab} from "./settings.js";
import {logTab} from "./log.js";
import {downloadsTab} from "./downloads.js";

const tabs = {overview: "Samples and curves", explore: "Latent space", settings: "Settings", log: "Log", files: "Downloads"};
const makers = {overview, explore: explorer, settings: settingsTab, log: logTab, files: downloadsTab};

export function runView(parameters) {
	const id = parameters.get("id") ?? "";
	const heading = h("h1"), state = h("p", {class: "row"}), title = h("p", {class: "soft"});
	const facts = h("dl", {class: "facts"}), actions = h("div", {class: "row"}), problems = h("div", {class: "stack"});
	const strip = h("div", {class: "tabs line-below", role: "tablist", "aria-label": "Parts of the run"});
	const body = h("div", {role: "tabpanel", id: "part", tabindex: -1});
	const bar = h("progress", {max: 1, "aria-label": "Progress"});
	let tab = null; // {name, element, change, close}
	let page = null, failure = "", closed = false, reading = false, unread = false;

	// read fetches what the page shows besides curves. Calls while it reads lead to one more.
	async function read() {
		if (reading) {
			unread = true;
			return;
		}
		reading = true;
		try {
			page = await get("api/run", {id});
			failure = "";
		} catch (error) {
			failure = error.message;
		}
		reading = false;
		if (closed) return;
		draw();
		if (unread) {
			unread = false;
			read();
		}
	}

	function draw() {
		const row = runs.get(id);
		drawProblems(row);
		if (!row) return;
		heading.textContent = row.name;
		title.textContent = row.title;
		replace(state, h("span", {class: `state ${stateClass[row.state]}`, title: stateHelp[row.state]}, row.state),
			row.tags.map((t) => h("span", {class: "tag"}, t)), h("button", {type: "button", class: "quiet", onclick: () => editTags(runs.get(id))}, row.tags.length ? "Edit tags" : "Add tags"));
		if (!actions.querySelector(":popover-open")) actionButtons(actions, row);
		const p = progress(row);
		bar.value = p.part;
		const fact = (name, value) => value !== undefined && value !== null && value !== "" && h("div", {}, h("dt", {}, name), h("dd", {}, value));
		replace(facts, fact("recipe", row.recipe), fact("data", row.data), fact("examples", page?.examples), fact("progress", p.text), fact("step", count(row.step)),
			fact("trained", duration(row.seconds)), row.speed > 0 && fact("speed", `${count(row.speed)} per second`),
			row.state === "training" && row.left !== null && fact("time left", duration(row.left)), fact("seed", row.seed),
			row.best && fact(row.best.chosen ? `best ${row.best.figure}` : row.best.figure, `${figure(row.best.value)} at step ${count(row.best.step)}`),
			row.pid > 0 && fact("process", `${row.pid} on ${row.host}, since ${when(Date.parse(row.since))}`));
		if (page && (!tab || tab.name !== wanted())) openTab();
		else tab?.change?.(page, row);
	}

	function drawProblems(row) {
		replace(problems,
			!row && h("div", {class: "panel empty"}, h("h2", {}, "This run is gone"), h("p", {}, "Its folder was renamed or deleted."), h("a", {class: "button", href: "#/"}, "All runs")),
			row && failure && h("p", {class: "notice bad"}, failure),
			row?.word && !row.word.over && wanted() !== "overview" && h("div", {class: "notice warn"}, h("b", {}, `The referee: ${row.word.title} (${row.word.confidence}), since step ${count(row.word.step)}. `), row.word.why),
			row?.errors?.map((text) => h("p", {class: "notice bad"}, text)),
			row && page?.problem && !row.errors?.includes(page.problem) && h("p", {class: "notice bad"}, page.problem),
			row?.state === "crashed" && h("p", {class: "notice warn"}, "The process of this run was killed. The run can continue from its last checkpoint, with the same bytes as result: ", h("code", {}, `gander train --resume ${row.id}`)));
		whole.hidden = !row;
	}

	const wanted = () => parameters.get("tab") in tabs ? parameters.get("tab") : "overview";

	function openTab() {
		tab?.close?.();
		const name = wanted();
		tab = {name, ...makers[name](id, page, runs.get(id))};
		drawProblems(runs.get(id));
		replace(body, tab.element);
		body.setAttribute("aria-label", tabs[name]);
		replace(strip, Object.entries(tabs).map(([key, text]) => h("a", {href: link(id, key), role: "tab", "aria-selected": String(key === name), "aria-controls": "part"}, text)));
	}

	const whole = h("div", {class: "stack"},
		h("header", {class: "panel stack runhead"}, h("div", {class: "row spread"}, h("div", {}, heading, title), actions), state, bar, facts), strip, body);
	const stops = [watch("change", (ids) => {
		if (!ids.includes(id)) return;
		draw();
		if (runs.get(id)) read();
	})];
	draw();
	read();
	return {
		title: id.split("/").at(-1),
		elements: h("div", {class: "stack"}, problems, whole),
		update: (other) => {
			parameters = other;
			if (page) openTab();
			return true;
		},
		close: () => {
			closed = true;
			stops.forEach((stop) => stop());
			tab?.close?.();
		},
	};
}
