// Samples over time beside the curves. One place in the training joins them: the slider
// of the samples moves a line through all charts, and a click in a chart moves the slider.

import {announce, h, replace} from "../web/dom.js";
import {get} from "./api.js";
import {count, figure} from "./format.js";
import {Charts} from "./charts.js";
import {Frames} from "./frames.js";
import {Inspector} from "./sample.js";

export function overview(id, page) {
	const inspector = new Inspector(id, () => frames.select(null));
	const frames = new Frames(id, () => charts.mark(), (index, frame, output, extend) => inspector.show(index, frame, output, extend));
	const charts = new Charts((view) => get("api/history", {id, ...view}), (x, axis) => {
		if (axis !== "seconds") frames.go(x, axis);
	});
	charts.markerOf = (axis) => frames.place(axis);
	const findings = h("section", {class: "panel stack", hidden: true, "aria-label": "The referee"});
	charts.onanswer = (answer) => drawFindings(findings, answer?.findings ?? [], (step) => frames.go(step, "step"));
	const element = h("div", {class: "overview"}, h("div", {class: "stack"}, frames.element, inspector.element, frames.realsPanel), h("div", {class: "stack"}, findings, charts.element));
	frames.set(page);
	requestAnimationFrame(() => charts.refresh());
	let ticks = page.row.ticks;
	return {
		element,
		change(next, row) {
			if (next) frames.set(next);
			if (row.ticks !== ticks) {
				ticks = row.ticks;
				charts.refresh();
			}
		},
		close() {
			charts.close();
			frames.close();
			inspector.close();
		},
	};
}

// drawFindings shows what the referee has found, the newest first, with its remedies.
function drawFindings(box, list, go) {
	box.hidden = list.length === 0;
	const key = JSON.stringify(list);
	if (box.dataset.key === key) return;
	box.dataset.key = key;
	replace(box, h("h2", {}, "The referee"), [...list].reverse().map((f) => h("article", {class: "notice warn stack tight"},
		h("div", {class: "row spread"}, h("b", {}, `${f.title[0].toUpperCase()}${f.title.slice(1)}, ${f.confidence}`),
			h("button", {type: "button", class: "quiet", onclick: () => go(f.since)}, `since step ${count(f.since)}: show the samples`)),
		h("p", {}, f.why),
		f.figures?.length > 0 && h("p", {class: "small soft"}, f.figures.map((v) => `${v.name} ${typeof v.value === "number" ? figure(v.value) : v.value}${v.limit ? ` (${v.limit})` : ""}`).join(", ")),
		f.applied && h("p", {}, `The run has applied: ${f.applied}.`),
		f.remedies?.length > 0 && [h("h3", {}, "Try the first; if it does not help enough, add the next"), h("ol", {class: "remedies"}, f.remedies.map(remedy))])));
}

// remedy shows a change of settings, with the command that trains a new run with it.
function remedy(r) {
	const command = h("code", {hidden: true}, r.command);
	const copy = async () => {
		command.hidden = false;
		try {
			await navigator.clipboard.writeText(r.command);
			announce("copied");
			button.textContent = "Copied: paste it in a terminal";
		} catch { // the browser does not let the page copy: the user can
			button.hidden = true;
			getSelection().selectAllChildren(command);
		}
	};
	const button = h("button", {type: "button", class: "quiet", onclick: copy}, "Copy the command");
	return h("li", {}, r.what, r.settings?.length > 0 && [": ", h("code", {}, r.settings.map((s) => s.replace(/^model\./, "")).join(" "))],
		r.command && [h("div", {class: "row"}, button), command]);
}
