// All charts of a run, or of several: one x axis, one crosshair, one zoom.

import {announce, h, replace} from "../web/dom.js";
import {Chart} from "./chart.js";
import {figure} from "./format.js";

const axes = {kimg: "kimg", step: "steps", seconds: "training time in s"};

// Charts fetches the charts with load({x, from, to, points}), which returns {charts,
// first, last, notes}. onpick(x, axis) is called when a place is chosen.
export class Charts {
	constructor(load, onpick = () => {}) {
		this.load = load;
		this.onanswer = () => {};
		this.onpick = onpick;
		this.options = {x: "kimg", smoothing: 0, log: false, from: null, to: null};
		this.all = new Map(); // title -> Chart
		this.markerOf = () => null;
		this.cursorText = h("output", {class: "small soft"});
		this.grid = h("div", {class: "charts"});
		this.probes = h("div", {class: "charts"});
		this.probesBox = h("details", {hidden: true}, h("summary", {}, "Probes of the referee"), this.probes);
		this.notes = h("div", {class: "stack"});
		this.element = h("section", {class: "panel stack", "aria-label": "Curves"}, this.toolbar(), this.notes, this.grid, this.probesBox);
	}

	toolbar() {
		const o = this.options;
		const axis = h("select", {"aria-label": "Horizontal axis", onchange: () => {
			o.x = axis.value;
			o.from = o.to = null;
			this.refresh();
		}}, Object.entries(axes).map(([value, text]) => h("option", {value}, text)));
		const smoothing = h("input", {type: "range", min: 0, max: .99, step: .01, value: 0, "aria-label": "Smoothing", oninput: () => {
			o.smoothing = Number(smoothing.value);
			shown.textContent = smoothing.value;
			this.redraw();
		}});
		const shown = h("output", {}, "0");
		const log = h("input", {type: "checkbox", onchange: () => {
			o.log = log.checked;
			this.redraw();
		}});
		const zoom = (factor) => {
			const [from, to] = this.extent();
			const middle = this.cursor ?? (from + to) / 2;
			this.zoomTo(middle - (middle - from) * factor, middle + (to - middle) * factor);
		};
		this.reset = h("button", {type: "button", class: "quiet", onclick: () => this.zoomTo(null, null)}, "Whole run");
		return h("div", {class: "row spread"}, h("div", {class: "row"}, h("h2", {}, "Curves"), this.cursorText),
			h("div", {class: "row tools"},
				h("label", {}, "Over", axis), h("label", {class: "smoothing"}, "Smoothing", smoothing, shown), h("label", {}, log, "Log scale"),
				h("div", {class: "row tight", role: "group", "aria-label": "Zoom"},
					h("button", {type: "button", class: "icon", "aria-label": "Zoom in", onclick: () => zoom(.5)}, "+"),
					h("button", {type: "button", class: "icon", "aria-label": "Zoom out", onclick: () => zoom(2)}, "−"), this.reset)));
	}

	extent() {
		const first = Math.min(0, this.answer?.first ?? 0), last = this.answer?.last || 1;
		return [this.options.from ?? first, this.options.to ?? last];
	}

	zoomTo(from, to) {
		const last = this.answer?.last || 1;
		if (from !== null && (from < 0 || !(to > from))) from = 0;
		if (to !== null && to > last) to = last;
		if (from !== null && from <= 0 && to >= last) from = to = null;
		if (from !== null && !(to - from > last * 1e-6)) return;
		this.options.from = from;
		this.options.to = to;
		this.refresh();
	}

	// refresh fetches the charts again. Calls while a request runs lead to one more.
	async refresh() {
		if (this.busy) {
			this.again = true;
			return;
		}
		this.busy = true;
		try {
			const {x, from, to} = this.options;
			const width = this.grid.clientWidth || 800;
			const space = from === null ? 0 : (to - from) * .01;
			this.answer = await this.load({x, from: from === null ? undefined : from - space, to: to === null ? undefined : to + space, points: width > 1500 ? 900 : 600});
			this.problem = null;
		} catch (error) {
			this.problem = error.message;
		}
		this.busy = false;
		if (this.closed) return;
		this.onanswer(this.answer);
		this.redraw();
		if (this.again) {
			this.again = false;
			this.refresh();
		}
	}

	redraw() {
		const {charts = [], notes = []} = this.answer ?? {};
		replace(this.notes, this.problem && h("p", {class: "notice bad"}, this.problem), (notes ?? []).map((text) => h("p", {class: "notice warn"}, text)));
		const titles = new Set(charts.map((c) => c.title));
		for (const [title, chart] of this.all) {
			if (titles.has(title)) continue;
			chart.close();
			this.all.delete(title);
		}
		const element = (data) => {
			let chart = this.all.get(data.title);
			if (!chart) {
				chart = new Chart(data.title, {
					oncursor: (x, by) => this.setCursor(x, by), onpick: (x) => this.onpick(x, this.options.x), onzoom: (from, to) => this.zoomTo(from, to),
				});
				this.all.set(data.title, chart);
			}
			return chart.element;
		};
		if (!charts.length) replace(this.grid, h("p", {class: "empty"}, this.answer ? "The journal has no tick yet." : "Reading the journal."));
		else place(this.grid, [...charts.filter((c) => c.evidence), ...charts.filter((c) => c.kind !== "probe")].map(element));
		place(this.probes, charts.filter((c) => c.kind === "probe" && !c.evidence).map(element));
		this.probesBox.hidden = this.probes.children.length === 0;
		const [from, to] = this.extent();
		for (const data of charts) {
			this.all.get(data.title).set(data, {from, to, log: this.options.log, smoothing: this.options.smoothing, marker: this.markerOf(this.options.x)});
		}
		this.reset.hidden = this.options.from === null;
		this.setCursor(this.cursor ?? null);
	}

	// setCursor moves the crosshair of all charts. by is the chart whose keys moved it.
	setCursor(x, by) {
		this.cursor = x;
		for (const chart of this.all.values()) chart.setCursor(x);
		this.cursorText.textContent = x === null ? "" : `at ${figure(x)} ${axes[this.options.x]}`;
		if (by) announce(`${this.cursorText.textContent}. ${by.say()}`);
	}

	// mark moves the line of the shown samples in all charts.
	mark() {
		const x = this.markerOf(this.options.x);
		for (const chart of this.all.values()) chart.setMarker(x);
	}

	close() {
		this.closed = true;
		for (const chart of this.all.values()) chart.close();
	}
}

// place makes elements the children of a box, unless they are already.
function place(box, elements) {
	const present = box.children;
	if (elements.length !== present.length || elements.some((e, i) => e !== present[i])) box.replaceChildren(...elements);
}
